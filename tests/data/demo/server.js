// The program that scripts/demo.sh runs as a service: a small HTTP server, as its author would write it without a thought
// for Windows services. PORT and GREETING come from the environment.
'use strict';

const http = require('http');

const port = Number(process.env.PORT || 8080);
const greeting = process.env.GREETING || 'hello';

const server = http.createServer((request, response) => {
    console.log(`demo server: ${request.method} ${request.url}`);
    response.setHeader('Connection', 'close');
    if (request.url === '/crash') {
        response.end('crashing\n', () => {
            console.log('demo server: something went terribly wrong');
            process.exit(3);
        });
        return;
    }
    response.end(`${greeting} (process ${process.pid})\n`);
});

server.listen(port, '127.0.0.1', () => console.log(`demo server: listening on http://127.0.0.1:${port}/`));

process.on('SIGINT', () => {
    console.log('demo server: shutting down cleanly');
    server.close(() => process.exit(0));
});
