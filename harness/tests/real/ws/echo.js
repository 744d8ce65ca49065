// SPDX-License-Identifier: MIT
// An echo server on npm's ws, set up as its documentation advises: echo.js PORT.
'use strict';

const { WebSocketServer } = require('ws');

// maxPayload: the default is 100 MiB; all our targets accept 64 MiB. UTF-8 is validated and the number of fragments of
// a message is limited to 16,384 by default; both stay.
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: false
});

server.on('connection', (socket) => {
  // Without a listener, a peer's broken frame would end the process; ws itself closes the connection.
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
