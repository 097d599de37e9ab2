package conn

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pires/go-proxyproto"
)

// viaListener returns a proxy that is served by a script.
func viaListener(t *testing.T, text string, isHTTP bool, script func(net.Conn)) Proxy {
	t.Helper()
	target := listen(t, "tcp", "127.0.0.1:0", script)
	p, err := ParseProxy(strings.Replace(text, "HERE", target.Addr(), 1), isHTTP)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheErrorSaysWhatTheProxyAnswered(t *testing.T) {
	noLeaks(t)
	answers := func(text string) func(net.Conn) {
		return func(s net.Conn) {
			http.ReadRequest(bufio.NewReader(s))
			say(s, text)
			io.Copy(io.Discard, s)
		}
	}
	socks := func(hello, reply string) func(net.Conn) {
		return func(s net.Conn) {
			io.ReadFull(s, make([]byte, 3)) // without a user the client offers one method
			say(s, hello)
			if reply == "" {
				s.(*net.TCPConn).CloseWrite()
			} else {
				io.ReadFull(s, make([]byte, 4+1+9+2))
				say(s, reply)
			}
			io.Copy(io.Discard, s)
		}
	}
	for _, row := range []struct {
		name, url  string
		isHTTP     bool
		script     func(net.Conn)
		text, hint string
	}{
		{"a refusal by HTTP", "http://HERE", true, answers("HTTP/1.1 403 Fil\x1btered\r\n\r\n"), "it answered 403 Fil", "only to port 443"},
		{"a login by HTTP", "http://HERE", true, answers("HTTP/1.0 407 Proxy Authentication Required\r\n\r\n"), "it answered 407 Proxy Authentication Required", "http://user@host"},
		{"a wrong password by HTTP", "http://ann@HERE", true, answers("HTTP/1.0 407 No\r\n\r\n"), "it answered 407 No", "IMAPSH_PROXY_PASSWORD"},
		{"an answer that is not HTTP", "http://HERE", true, func(s net.Conn) { say(s, "220 mail ESMTP\r\n"); io.Copy(io.Discard, s) }, `it does not speak HTTP, it sent "220 m"`, ""},
		{"an end instead of an answer by HTTP", "http://HERE", true, func(s net.Conn) { http.ReadRequest(bufio.NewReader(s)) }, "it closed the connection", ""},
		{"silence", "http://HERE", true, func(s net.Conn) { io.Copy(io.Discard, s) }, "no answer within 50ms", ""},
		{"a SOCKS proxy instead of an HTTP proxy", "http://HERE", true, func(s net.Conn) {
			http.ReadRequest(bufio.NewReader(s))
			say(s, "\x05\xff")
			s.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, s)
		}, `it does not speak HTTP, it sent "\x05\xff"`, "--socks"},
		{"less than HTTP, then an end", "http://HERE", true, func(s net.Conn) {
			http.ReadRequest(bufio.NewReader(s))
			say(s, "HT")
			s.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, s)
		}, `it does not speak HTTP, it sent "HT"`, ""},
		{"silence by SOCKS", "socks5h://HERE", false, func(s net.Conn) { io.Copy(io.Discard, s) }, "no answer within 50ms", "is it an HTTP proxy? --http-proxy"},
		{"a refusal by SOCKS", "socks5h://HERE", false, socks("\x05\x00", "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"), "it answered: connection not allowed by ruleset", ""},
		{"a host that SOCKS does not reach", "socks5h://HERE", false, socks("\x05\x00", "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"), "it answered: host unreachable", ""},
		{"a login by SOCKS", "socks5h://HERE", false, socks("\x05\xff", ""), "it asks for a login", "socks5h://user@host"},
		{"an end by SOCKS", "socks5h://HERE", false, socks("\x05\x00", ""), "it closed the connection", ""},
		{"an answer that is not SOCKS", "socks5h://HERE", false, socks("HTTP/1.0 400 Bad\r\n", ""), "it does not speak SOCKS5", "--http-proxy"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := Options{Proxy: viaListener(t, row.url, row.isHTTP, row.script), ProxyPassword: "geheim", Timeout: patience}
			if strings.HasPrefix(row.name, "silence") {
				o.Timeout = 50 * time.Millisecond
			}
			_, err := Dial(context.Background(), Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, o)
			if err == nil || !strings.Contains(err.Error(), row.text) || !strings.Contains(Hint(err), row.hint) || !strings.HasPrefix(err.Error(), "connecting to mail.test:143: the ") {
				t.Fatalf("got %v (%s), want %q (%q)", err, Hint(err), row.text, row.hint)
			}
			if strings.ContainsAny(err.Error()+Hint(err), "\x1b\n") || strings.Contains(err.Error()+Hint(err), "geheim") {
				t.Errorf("%q is not safe", err)
			}
		})
	}
}

func TestAProxyThatIsNotThereIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	p, err := ParseProxy(addr, false)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Dial(context.Background(), Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, Options{Proxy: p})
	if want := "connecting to mail.test:143: the SOCKS proxy " + addr + ": connection refused"; err == nil || err.Error() != want || Hint(err) == "" {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestNothingIsLostOfAServerThatSpeaksFirstThroughAProxy(t *testing.T) {
	asked := make(chan *http.Request, 1)
	p := viaListener(t, "http://ann@HERE", true, func(s net.Conn) {
		req, _ := http.ReadRequest(bufio.NewReader(s))
		asked <- req
		say(s, "HTTP/1.1 200 OK\r\nX: y\r\n\r\n* OK in the same segment\r\n")
		io.Copy(io.Discard, s)
	})
	c := dialed(t, Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, Options{Proxy: p, ProxyPassword: "geheim"})
	c.untilFrame("* OK in the same segment\r\n")
	req := <-asked
	if user, password, ok := (&http.Request{Header: http.Header{"Authorization": req.Header["Proxy-Authorization"]}}).BasicAuth(); !ok || user != "ann" || password != "geheim" || req.Host != "mail.test:143" {
		t.Errorf("asked %v for %s", req.Header, req.Host)
	}
	if info := c.Info(); info.Trust != Clear || info.Remote != "mail.test:143" || info.Via != p.String() {
		t.Errorf("info %+v: nobody knows what a proxy connects to", info)
	}
}

func TestTheURLOfAProxyIsReadAndItsPasswordRefused(t *testing.T) {
	for _, row := range []struct {
		text   string
		isHTTP bool
		want   string // or the error
	}{
		{"proxy.test", false, "socks5h://proxy.test:1080"},
		{"socks5://proxy.test:9050", false, "socks5://proxy.test:9050"},
		{"SOCKS5H://ann@[::1]/", false, "socks5h://ann@[::1]:1080"},
		{"proxy.test:3128", true, "http://proxy.test:3128"},
		{"http://a%40b@proxy.test", true, "http://a@b@proxy.test:8080"},
		{"socks5://ann:geheim@proxy.test", false, "a password does not belong in a URL"},
		{"http://proxy.test", false, "is not the scheme of"},
		{"https://proxy.test", true, "is not the scheme of"},
		{"socks5://", false, "no host named"},
		{"socks5://a b", false, "is not a valid host name"},
	} {
		p, err := ParseProxy(row.text, row.isHTTP)
		if err == nil && p.String() != row.want || err != nil && (!strings.Contains(err.Error(), row.want) || strings.Contains(err.Error()+Hint(err), "geheim") || Hint(err) == "") {
			t.Errorf("%s: got %s, %v, want %s", row.text, p, err, row.want)
		}
	}
}

func TestThePROXYHeaderComesFirstAndNamesTheGivenClient(t *testing.T) {
	for _, row := range []struct {
		name    string
		version byte
		source  string
		want    string
	}{
		{"v1", 1, "192.0.2.7:50000", "192.0.2.7:50000"},
		{"v2", 2, "192.0.2.7:50000", "192.0.2.7:50000"},
		{"our own port", 2, "192.0.2.7", "192.0.2.7:"},
		{"our own address", 1, "", "127.0.0.1:"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := make(chan string, 1)
			target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
				h, err := proxyproto.Read(bufio.NewReader(s))
				if err != nil {
					got <- err.Error()
					return
				}
				got <- h.SourceAddr.String()
				say(s, "* OK hello\r\n")
			})
			c := dialed(t, target, Options{ProxyHeader: row.version, ProxySource: row.source})
			c.untilFrame("* OK hello\r\n")
			if source := <-got; !strings.HasPrefix(source, row.want) || !strings.Contains(c.Info().Header, source) {
				t.Errorf("the server sees %s, the header is %q, want %s", source, c.Info().Header, row.want)
			}
		})
	}
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) { io.Copy(io.Discard, s) })
	_, err := Dial(context.Background(), target, Options{ProxyHeader: 2, ProxySource: "2001:db8::7"})
	if err == nil || !strings.Contains(err.Error(), "one is IPv4, the other IPv6") || Hint(err) == "" {
		t.Errorf("got %v (%s)", err, Hint(err))
	}
}
