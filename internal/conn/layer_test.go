package conn

import (
	"bufio"
	"compress/flate"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// manners are ways in which bytes arrive.
var manners = []struct {
	name string
	say  func(io.Writer, string)
}{
	{"in one segment", say},
	{"byte by byte", drip},
}

func TestSTARTTLSSwitchesAfterItsOK(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	cert := ca.issue(noon.AddDate(0, 2, 0), "mail.test")
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			c := piped(t, Options{CAFile: ca.file, Now: atNoon}, func(s net.Conn) {
				m.say(s, "* OK ready\r\n")
				expect(t, s, "a1 STARTTLS\r\n")
				m.say(s, "* OK wait\r\na1 OK begin\r\n")
				secure := tls.Server(s, serverConfig(cert))
				if err := secure.Handshake(); err != nil { // an unencrypted a2 would make it fail
					t.Errorf("handshake: %v", err)
					return
				}
				expect(t, secure, "a2 NOOP\r\na3 NOOP\r\n")
				m.say(secure, "a2 OK done\r\n")
			})
			c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
			c.send(line("a2 NOOP"))
			c.send(line("a3 NOOP"))
			c.untilParked().Release()
			if c.last.TLS || c.Info().Trust != Clear {
				t.Errorf("unencrypted, TLS is %v and trust %v", c.last.TLS, c.Info().Trust)
			}
			if err := c.StartTLS(); err != nil {
				t.Fatal(err)
			}
			if b := c.untilSwitched(); b.Err != nil {
				t.Fatal(b.Err)
			}
			c.untilFrame("a2 OK done\r\n")
			info := c.Info()
			if !c.last.TLS || info.Trust != TLS || !info.Verified || info.State == nil {
				t.Errorf("frame's TLS %v, info %+v", c.last.TLS, info)
			}
			if err := c.StartTLS(); err != ErrTLSAlready {
				t.Errorf("a second StartTLS returns %v", err)
			}
		})
	}
}

func TestUnencryptedBytesAfterSTARTTLSAreShownAndTLSIsRefused(t *testing.T) {
	c := piped(t, Options{Insecure: true}, func(s net.Conn) {
		expect(t, s, "a1 STARTTLS\r\n")
		say(s, "a1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n")
	})
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	b := c.untilParked()
	if want := "* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n"; string(b.Rest) != want || c.got.String() != "a1 OK begin\r\n" {
		t.Errorf("rest %q, parts %q", b.Rest, c.got.String())
	}
	var extra *ExtraBytes
	if err := c.StartTLS(); !errors.As(err, &extra) || extra.Count != 34 {
		t.Errorf("got %v", err)
	}
}

func TestUnencryptedBytesInPlaceOfTLSFailTheHandshakeAndAreShown(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			c := piped(t, Options{Insecure: true}, func(s net.Conn) {
				expect(t, s, "a1 STARTTLS\r\n")
				say(s, "a1 OK begin\r\n")
				go io.Copy(io.Discard, s) // the ClientHello
				m.say(s, "* CAPABILITY \x1b[2J\r\n")
			})
			done := c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
			parked := c.send(line("a2 LOGIN alice secret"))
			c.untilParked().Release()
			if err := c.StartTLS(); err != nil {
				t.Fatal(err)
			}
			b := c.untilSwitched()
			var e *Error
			if !errors.As(b.Err, &e) || e.Phase != TLSWith || !strings.Contains(e.Error(), `it sent "`) || strings.Contains(e.Error(), "\x1b") {
				t.Errorf("got %v", b.Err)
			}
			if err := c.told(done); err != nil {
				t.Errorf("STARTTLS was sent, but Done got %v", err)
			}
			if err := c.told(parked); err == nil {
				t.Error("the parked op has been sent")
			}
		})
	}
}

func TestAfterARefusedBarrierTheLayerStays(t *testing.T) {
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a1 STARTTLS\r\n")
		say(s, "a1 NO not today\r\n* 1 EXISTS\r\n* 2 EX")
		expect(t, s, "a2 NOOP\r\n")
		say(s, "ISTS\r\na2 OK done\r\n")
	})
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	c.send(line("a2 NOOP"))
	c.untilParked().Release()
	c.Continue()
	c.untilFrame("a2 OK done\r\n")
	if want := "a1 NO not today\r\n* 1 EXISTS\r\n* 2 EXISTS\r\na2 OK done\r\n"; c.got.String() != want {
		t.Errorf("got %q, want %q", c.got.String(), want)
	}
}

// deflater compresses on the server's side.
func deflater(t *testing.T, w io.Writer) *flate.Writer {
	f, err := flate.NewWriter(w, 6)
	if err != nil {
		t.Error(err)
	}
	return f
}

func TestTheFirstCompressedBytesMayComeWithTheOKToCOMPRESS(t *testing.T) {
	for _, row := range []struct {
		name string
		say  func(io.Writer, string)
		cut  bool // a segment ends after the OK
	}{
		{"in the same segment", say, false},
		{"in the next segment", say, true},
		{"byte by byte", drip, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := piped(t, Options{}, func(s net.Conn) {
				expect(t, s, "a1 COMPRESS DEFLATE\r\n")
				var packed strings.Builder
				f := deflater(t, &packed)
				say(f, "* OK compressed now\r\n")
				f.Flush()
				if row.cut {
					row.say(s, "a1 OK begin\r\n")
					row.say(s, packed.String())
				} else {
					row.say(s, "a1 OK begin\r\n"+packed.String())
				}
				in := flate.NewReader(bufio.NewReader(s))
				expect(t, in, "a2 NOOP\r\n")
				packed.Reset()
				say(f, "a2 OK done\r\n")
				f.Flush()
				row.say(s, packed.String())
				expect(t, in, "a3 NOOP\r\n")
				s.Close() // without an end of the DEFLATE stream
			})
			c.send(Op{Bytes: []byte("a1 COMPRESS DEFLATE\r\n"), Barrier: "a1"})
			c.send(line("a2 NOOP"))
			c.untilParked().Release()
			if err := c.Compress(); err != nil {
				t.Fatal(err)
			}
			c.untilSwitched().Release()
			if !c.Info().Compressed {
				t.Error("info does not say compressed")
			}
			c.untilFrame("a2 OK done\r\n")
			if err := c.Compress(); err != ErrCompressed {
				t.Errorf("a second Compress returns %v", err)
			}
			c.send(line("a3 NOOP"))
			if err := c.untilEnd(); err != io.EOF {
				t.Errorf("the end is %v, want EOF", err)
			}
			if want := "a1 OK begin\r\n* OK compressed now\r\na2 OK done\r\n"; c.got.String() != want {
				t.Errorf("got %q, want %q", c.got.String(), want)
			}
		})
	}
}

func TestUncompressedBytesAfterCOMPRESSEndTheConnectionWithAClearError(t *testing.T) {
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a1 COMPRESS DEFLATE\r\n")
		say(s, "a1 OK begin\r\n\xff\xff\xff\xff in clear\r\n")
	})
	c.send(Op{Bytes: []byte("a1 COMPRESS DEFLATE\r\n"), Barrier: "a1"})
	c.untilParked().Release()
	if err := c.Compress(); err != nil {
		t.Fatal(err)
	}
	if err := c.untilEnd(); !strings.Contains(err.Error(), "not compressed as agreed") {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerBeforeTheBarrierWasSentDoesNotDeadlock(t *testing.T) {
	hold := make(chan struct{})
	c := piped(t, Options{}, func(s net.Conn) {
		say(s, "a1 OK I know what you want\r\n")
		<-hold
		expect(t, s, "a0 NOOP\r\na1 STARTTLS\r\na2 NOOP\r\n")
		say(s, "a2 OK done\r\n")
	})
	c.untilFrame("a1 OK I know what you want\r\n")
	c.send(line("a0 NOOP")) // it stays in the socket
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	if err := c.StartTLS(); err != ErrNotParked {
		t.Errorf("StartTLS returns %v", err)
	}
	c.Continue() // before the writer has come to the barrier
	c.send(line("a2 NOOP"))
	close(hold)
	c.untilFrame("a2 OK done\r\n")
}

func TestContinueReleasesAWriterWhoseTagWasAnsweredEarly(t *testing.T) {
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a1 STARTTLS\r\n")
		say(s, "* BAD what\r\n")
		expect(t, s, "a2 NOOP\r\n")
		say(s, "a1 OK late\r\na2 OK done\r\n") // the barrier is gone
	})
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	c.send(line("a2 NOOP"))
	c.untilFrame("* BAD what\r\n")
	c.Continue()
	c.untilFrame("a2 OK done\r\n")
}

func TestAnExtraContinueDoesNotOpenTheNextBarrier(t *testing.T) {
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a0 NOOP\r\n")
		say(s, "a0 OK\r\n")
		expect(t, s, "a1 STARTTLS\r\n")
		say(s, "a1 OK begin\r\n")
	})
	c.told(c.send(line("a0 NOOP")))
	c.untilFrame("a0 OK\r\n")
	c.Continue()
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	c.untilParked().Release()
}

func TestAStreamThatEndsAtABarrierFailsTheParkedOp(t *testing.T) {
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a1 STARTTLS\r\n")
		s.Close()
	})
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	parked := c.send(line("a2 LOGIN alice secret"))
	if err := c.untilEnd(); err != io.EOF {
		t.Errorf("the end is %v", err)
	}
	if err := c.told(parked); err == nil || !strings.Contains(err.Error(), "closed the connection") {
		t.Errorf("the parked op: %v", err)
	}
}

func TestCloseFreesAParkedConnection(t *testing.T) {
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a1 STARTTLS\r\n")
		say(s, "a1 OK begin\r\n")
	})
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	parked := c.send(line("a2 NOOP"))
	c.untilParked().Release()
	c.Close()
	if err := c.told(parked); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the parked op: %v", err)
	}
}

func TestCloseEndsAHandshakeThatHangs(t *testing.T) {
	c := piped(t, Options{Insecure: true}, func(s net.Conn) {
		expect(t, s, "a1 STARTTLS\r\n")
		say(s, "a1 OK begin\r\n")
	})
	c.send(Op{Bytes: []byte("a1 STARTTLS\r\n"), Barrier: "a1"})
	c.untilParked().Release()
	if err := c.StartTLS(); err != nil {
		t.Fatal(err)
	}
	c.Close()
}
