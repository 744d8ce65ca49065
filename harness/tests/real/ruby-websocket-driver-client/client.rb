# SPDX-License-Identifier: MIT
# A client on ruby-websocket-driver that sends every message back: client.rb URL [CERTIFICATE]. Asks for the number of
# cases, runs each on a connection of its own, and asks for the reports. The driver does no I/O: sockets are ours.

require 'openssl'
require 'socket'
require 'uri'
require 'websocket/driver'

AT_ONCE = 2
SERVER = URI(ARGV[0])
AUTHORITIES = ARGV[1]

# What the driver writes to, and takes its URL from.
class Connection
  attr_reader :url

  def initialize(path)
    @url = ARGV[0] + path
    @socket = TCPSocket.new(SERVER.host.delete('[]'), SERVER.port)
    secure if SERVER.scheme == 'wss'
  end

  def secure
    context = OpenSSL::SSL::SSLContext.new
    context.set_params(ca_file: AUTHORITIES)
    @socket = OpenSSL::SSL::SSLSocket.new(@socket, context)
    @socket.sync_close = true
    @socket.hostname = SERVER.host
    @socket.connect
    @socket.post_connection_check(SERVER.host)
  end

  def write(octets)
    @socket.write(octets)
  rescue SystemCallError, OpenSSL::SSL::SSLError
    @gone = true
  end

  # Yields the driver and each message; returns the last one when the connection is over, however it ended.
  def run
    last = nil
    over = false
    driver = WebSocket::Driver.client(self, max_length: 64 * 1024 * 1024)
    driver.on(:message) { |event| yield driver, last = event.data }
    driver.on(:error) { over = true if driver.state == :connecting }
    driver.on(:close) { over = true }
    driver.start
    driver.parse(@socket.readpartial(65_536)) until over || @gone
    last
  rescue EOFError, SystemCallError, OpenSSL::SSL::SSLError
    last
  ensure
    @socket.close
  end
end

def run_case(number)
  Connection.new("/runCase?case=#{number}&agent=ruby-websocket-driver").run do |driver, message|
    message.is_a?(String) ? driver.text(message) : driver.binary(message)
  end
end

numbers = Queue.new
(1..Connection.new('/getCaseCount').run { nil }.to_i).each { |number| numbers << number }
numbers.close
Array.new(AT_ONCE) do
  Thread.new do
    while (number = numbers.pop)
      run_case(number)
    end
  end
end.each(&:join)
Connection.new('/updateReports?agent=ruby-websocket-driver').run { nil }
