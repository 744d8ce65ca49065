// SPDX-License-Identifier: MIT
// An echo server on npm's ws with all that it can do switched on, for faults to be put in: ws_echo.js PORT.
'use strict';

const { WebSocketServer } = require('ws');

// As in harness/tests/real/ws, but with compression of every message and one subprotocol that it knows.
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: { threshold: 0 },
  handleProtocols: (offered) => (offered.has('wringer') ? 'wringer' : false)
});

server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
