// SPDX-License-Identifier: MIT
// A client on npm's ws that sends every message back: client.js URL [CERTIFICATE]. Asks for the number of cases, runs each
// on a connection of its own, and asks for the reports.
'use strict';

const fs = require('fs');
const WebSocket = require('ws');

const AT_ONCE = 16;
const [url, certificate] = process.argv.slice(2);
const options = { maxPayload: 64 * 1024 * 1024, ca: certificate && fs.readFileSync(certificate) };

// Resolves with the last message when the connection is over, however it ended.
function connect(path, onMessage) {
  return new Promise((resolve) => {
    let last;
    const socket = new WebSocket(url + path, options);
    socket.on('error', () => {}); // 'close' follows
    socket.on('message', (data, isBinary) => {
      last = data;
      onMessage?.(socket, data, isBinary);
    });
    socket.on('close', () => resolve(last));
  });
}

async function main() {
  const count = Number(await connect('/getCaseCount'));
  let next = 1;
  const runCases = async () => {
    while (next <= count) {
      await connect(`/runCase?case=${next++}&agent=ws`, (socket, data, isBinary) => socket.send(data, { binary: isBinary }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runCases));
  await connect('/updateReports?agent=ws');
}

main();
