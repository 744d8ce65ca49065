// SPDX-License-Identifier: MIT

// An echo server on Gorilla WebSocket, set up as its documentation advises: echo PORT [CERTIFICATE KEY].
package main

import (
	"log"
	"net/http"
	"os"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// Compression is off by default: an offer is accepted without context takeover.
var upgrader = websocket.Upgrader{Subprotocols: []string{"Wringer.example"}, EnableCompression: true}

func echo(w http.ResponseWriter, r *http.Request) {
	connection, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer connection.Close()
	// No limit by default; all our targets accept 64 MiB.
	connection.SetReadLimit(64 << 20)
	for {
		opcode, message, err := connection.ReadMessage()
		if err != nil {
			return
		}
		// The package's documentation leaves the validation of text to the application.
		if opcode == websocket.TextMessage && !utf8.Valid(message) {
			connection.WriteControl(websocket.CloseMessage,
				websocket.FormatCloseMessage(websocket.CloseInvalidFramePayloadData, ""), time.Time{})
			return
		}
		if err := connection.WriteMessage(opcode, message); err != nil {
			return
		}
	}
}

func main() {
	http.HandleFunc("/", echo)
	address := "127.0.0.1:" + os.Args[1]
	if len(os.Args) == 4 {
		log.Fatal(http.ListenAndServeTLS(address, os.Args[2], os.Args[3], nil))
	}
	log.Fatal(http.ListenAndServe(address, nil))
}
