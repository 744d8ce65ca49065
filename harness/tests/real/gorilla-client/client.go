// SPDX-License-Identifier: MIT

// A client on Gorilla WebSocket that sends every message back: client URL [CERTIFICATE]. Asks for the number of cases,
// runs each on a connection of its own, and asks for the reports.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

const atOnce = 4

var dialer = websocket.Dialer{EnableCompression: true}

func runCase(url string) {
	connection, _, err := dialer.Dial(url, nil)
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

// ask returns the message that the server sends before it closes, or none.
func ask(url string) string {
	connection, _, err := dialer.Dial(url, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	_, answer, _ := connection.ReadMessage()
	return string(answer)
}

func main() {
	url := os.Args[1]
	if len(os.Args) == 3 {
		certificate, err := os.ReadFile(os.Args[2])
		if err != nil {
			log.Fatal(err)
		}
		dialer.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		dialer.TLSClientConfig.RootCAs.AppendCertsFromPEM(certificate)
	}
	count, err := strconv.Atoi(ask(url + "/getCaseCount"))
	if err != nil {
		log.Fatal(err)
	}
	numbers := make(chan int)
	var workers sync.WaitGroup
	for i := 0; i < atOnce; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for number := range numbers {
				runCase(fmt.Sprintf("%s/runCase?case=%d&agent=gorilla", url, number))
			}
		}()
	}
	for number := 1; number <= count; number++ {
		numbers <- number
	}
	close(numbers)
	workers.Wait()
	ask(url + "/updateReports?agent=gorilla")
}
