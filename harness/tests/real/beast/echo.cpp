// SPDX-License-Identifier: MIT
// An echo server on Boost.Beast, one thread per connection as in its synchronous example: echo PORT.
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdlib>
#include <thread>

namespace beast = boost::beast;
using tcp = boost::asio::ip::tcp;

static void echo(tcp::socket socket)
{
    beast::error_code error;
    beast::websocket::stream<tcp::socket> connection{std::move(socket)};
    // The default is 16 MiB; all our targets accept 64 MiB. UTF-8 is always validated, deflate is off by
    // default.
    connection.read_message_max(64u << 20);
    beast::websocket::permessage_deflate compression;
    compression.server_enable = true;
    connection.set_option(compression);
    connection.accept(error);
    while (!error) {
        beast::flat_buffer message;
        connection.read(message, error);
        if (!error) {
            connection.text(connection.got_text());
            connection.write(message.data(), error);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    boost::asio::io_context context{1};
    auto port = static_cast<unsigned short>(std::strtoul(argv[1], nullptr, 10));
    tcp::acceptor acceptor{context, {boost::asio::ip::make_address("127.0.0.1"), port}};
    for (;;) {
        tcp::socket socket{context};
        beast::error_code error;
        acceptor.accept(socket, error);
        if (error)
            continue;
        socket.set_option(tcp::no_delay(true), error);
        std::thread(echo, std::move(socket)).detach();
    }
}
