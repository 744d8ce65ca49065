/* SPDX-License-Identifier: MIT */
/* html_assets.S: page.css and page.js become part of the program as they are. */
    .section .rodata
    .globl html_css, html_script
html_css:
    .incbin "reports/page.css"
    .byte 0
html_script:
    .incbin "reports/page.js"
    .byte 0
    .section .note.GNU-stack, "", %progbits
