// SPDX-License-Identifier: MIT
// A client on the WebSocket that Node.js has built in, which sends every message back: client.js URL. Asks for the number
// of cases, runs each on a connection of its own, and asks for the reports.
'use strict';

const AT_ONCE = 16;
const url = process.argv[2];

// Resolves with the last message when the connection is over, however it ended.
function connect(path, onMessage) {
  return new Promise((resolve) => {
    let last;
    const socket = new WebSocket(url + path);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = (event) => {
      last = event.data;
      onMessage?.(socket, event.data);
    };
    socket.onclose = () => resolve(last);
  });
}

async function main() {
  const count = Number(await connect('/getCaseCount'));
  let next = 1;
  const runCases = async () => {
    while (next <= count) {
      await connect(`/runCase?case=${next++}&agent=node`, (socket, data) => socket.send(data));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runCases));
  await connect('/updateReports?agent=node');
}

main();
