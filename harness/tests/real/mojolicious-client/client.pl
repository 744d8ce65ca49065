# SPDX-License-Identifier: MIT
# A client on Mojolicious that sends every message back: client.pl URL [CERTIFICATE]. Asks for the number of cases, runs
# each on a connection of its own, and asks for the reports.
use Mojo::Base -strict, -signatures;
use Mojo::Promise;
use Mojo::UserAgent;

use constant AT_ONCE => 16;
my ($url, $certificate) = @ARGV;

# max_connections: a connection whose handshake has failed is not to carry the next request.
my $client = Mojo::UserAgent->new(inactivity_timeout => 0, max_connections => 0);
$client->ca($certificate) if $certificate;

# A promise of the last message, kept when the connection is over, however it ended.
sub connect_to ($path, $on_message) {
    my $over = Mojo::Promise->new;
    # It is for the application to offer the extension.
    $client->websocket("$url$path", {'Sec-WebSocket-Extensions' => 'permessage-deflate'}, sub ($client, $tx) {
        return $over->resolve unless $tx->is_websocket;
        my $last;
        # The default is 256 KiB; all our targets accept 64 MiB.
        $tx->max_websocket_size(64 * 1024 * 1024);
        $tx->on(text => sub ($tx, $octets) {
            # What is not UTF-8 is handed over all the same, for the application to check; Perl's own is wider.
            my $characters = $octets;
            return $tx->finish(1007)
                if !utf8::decode($characters) || $characters =~ /[^\x{0}-\x{D7FF}\x{E000}-\x{10FFFF}]/;
            $on_message->($tx, {text => $last = $octets});
        });
        $tx->on(binary => sub ($tx, $octets) { $on_message->($tx, {binary => $octets}) });
        $tx->on(finish => sub { $over->resolve($last) });
    });
    return $over;
}

connect_to('/getCaseCount', sub { })->then(sub ($count) {
    return Mojo::Promise->map({concurrency => AT_ONCE}, sub {
        connect_to("/runCase?case=$_&agent=Mojolicious", sub ($tx, $message) { $tx->send($message) });
    }, 1 .. $count);
})->then(sub { connect_to('/updateReports?agent=Mojolicious', sub { }) })->wait;
