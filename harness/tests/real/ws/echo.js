// SPDX-License-Identifier: MIT
// An echo server on npm's ws, set up as its documentation advises: echo.js PORT [CERTIFICATE KEY], with TLS if given.
'use strict';

const fs = require('fs');
const http = require('http');
const https = require('https');
const { WebSocketServer } = require('ws');

const [port, certificate, key] = process.argv.slice(2);
// Without TLS the HTTP server is the one that ws makes itself: what it answers to other requests is part of it. With TLS
// the application makes it, which has to answer them: this one says what that of ws says.
const below = certificate &&
  https.createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, (request, response) => {
    const body = http.STATUS_CODES[426];
    response.writeHead(426, { 'Content-Length': body.length, 'Content-Type': 'text/plain' });
    response.end(body);
  });

// maxPayload: the default is 100 MiB; all our targets accept 64 MiB. UTF-8 is validated and the number of fragments of
// a message is limited to 16,384 by default; both stay.
const server = new WebSocketServer({
  ...(below ? { server: below } : { host: '127.0.0.1', port: Number(port) }),
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: true,
  handleProtocols: (offered) => offered.has('Wringer.example') && 'Wringer.example'
});

server.on('connection', (socket) => {
  // Without a listener, a peer's broken frame would end the process; ws itself closes the connection.
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

if (below) {
  below.listen(Number(port), '127.0.0.1');
}
