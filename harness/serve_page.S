/* SPDX-License-Identifier: MIT */
/* serve_page.S: the page of `wringer serve` becomes part of the program as it is. */
    .section .rodata
    .globl serve_page_html, serve_page_css, serve_page_script
serve_page_html:
    .incbin "harness/serve_page.html"
    .byte 0
serve_page_css:
    .incbin "harness/serve_page.css"
    .byte 0
serve_page_script:
    .incbin "harness/serve_page.js"
    .byte 0
    .section .note.GNU-stack, "", %progbits
