// Package demo is the practice server of imapsh: a small IMAP server in memory,
// on a loopback port, with a few dozen messages to try commands on. It never
// touches the disk, and it is never a server for real mail.
//
// The protocol is that of go-imap's imapserver. In front of it is a guard that frames
// what a client sends, and answers by itself commands on which imapserver would hang.
// The mail is in a store of our own, because that of the library keeps neither upper
// and lower case in flags nor the raw header, and cannot open a mailbox read-only.
package demo

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// User and Password log in to the account with the sample mailboxes; Guest and
// GuestPassword to a second account that only has an INBOX.
const (
	User          = "demo"
	Password      = "demo"
	Guest         = "guest"
	GuestPassword = "guest"
)

// appendLimit is the largest message that APPEND takes, in bytes.
const appendLimit = 32 << 20

// Options say how to start a Server. The zero value is complete.
type Options struct {
	Listen string           // TCP address; "" for a free port on 127.0.0.1
	Now    func() time.Time // nil for time.Now; the messages' dates count back from the time of Start
	Log    io.Writer        // takes internal errors of the server; nil for none
	// Idle is how long a client may send or read nothing before it is disconnected: IdleTime for a server with
	// several users. 0 means no limit: a learner may think as long as it takes.
	Idle time.Duration
}

// A Server serves the practice mailboxes until Close.
type Server struct {
	listener net.Listener
	users    map[string]*account
	now      func() time.Time
	log      *log.Logger
	idle     time.Duration
	arriving quota // for long literals that are arriving

	mu      sync.Mutex
	guards  map[*guard]struct{}
	closed  bool
	running sync.WaitGroup // the accept loop, and every connection until its guard is closed
}

// An account is a user's password and mailboxes.
type account struct {
	password string
	boxes    *user
}

// Start fills the mailboxes, listens, and serves in the background.
func Start(opts Options) (*Server, error) {
	if opts.Listen == "" {
		opts.Listen = "127.0.0.1:0"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = io.Discard
	}
	ln, err := net.Listen("tcp", opts.Listen)
	if err != nil {
		return nil, fmt.Errorf("starting the practice server: %w", err)
	}
	all := &quota{most: allOctets}
	s := &Server{
		listener: ln,
		users: map[string]*account{
			User:  {Password, seedDemo(opts.Now(), all)},
			Guest: {GuestPassword, seedGuest(opts.Now(), all)},
		},
		now:      opts.Now,
		log:      log.New(opts.Log, "demo: ", 0),
		idle:     opts.Idle,
		arriving: quota{most: arrivingMost},
		guards:   make(map[*guard]struct{}),
	}
	s.running.Add(1)
	go s.accept()
	return s, nil
}

// Addr returns the address that the server listens on, such as "127.0.0.1:49152".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL returns the URL for connecting as User, such as "imap://demo@127.0.0.1:49152".
func (s *Server) URL() string { return "imap://" + User + "@" + s.Addr() }

// Close ends all connections and returns once they have ended.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	err := s.listener.Close()
	for g := range s.guards {
		g.Conn.Close() // the serving goroutine sees it and closes the guard
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *Server) accept() {
	defer s.running.Done()
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			s.log.Printf("accepting a connection: %v", err)
			time.Sleep(10 * time.Millisecond) // out of descriptors: wait until some are free
			continue
		}
		s.serve(conn)
	}
}

// turnAway tells a client why it is not served, without holding up the others.
func turnAway(conn net.Conn) {
	conn.SetWriteDeadline(time.Now().Add(time.Second))
	fmt.Fprintf(conn, "* BYE [LIMIT] This practice server allows %d connections at a time, and all are in use; try again later\r\n", sessionsMost)
	conn.Close()
}

// serve starts an imapserver for one connection. Each connection has its own, because
// the guard learns only from its log why a command could not be parsed.
func (s *Server) serve(conn net.Conn) {
	session := &session{server: s}
	g := newGuard(conn, session, s.log)
	session.guard = g
	g.closed = func() {
		s.mu.Lock()
		delete(s.guards, g)
		s.mu.Unlock()
		s.running.Done()
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		conn.Close()
		return
	}
	if len(s.guards) >= sessionsMost {
		s.mu.Unlock()
		turnAway(conn)
		return
	}
	s.guards[g] = struct{}{}
	s.running.Add(1)
	s.mu.Unlock()

	server := imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			session.conn = c
			return session, nil, nil
		},
		Caps:         capabilities,
		Logger:       g,
		InsecureAuth: true, // the password is printed on the screen anyway
	})
	if err := server.Serve(&single{conn: g, addr: conn.LocalAddr()}); err != nil {
		s.log.Printf("serving %v: %v", conn.RemoteAddr(), err)
	}
}

var capabilities = imap.CapSet{
	imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {},
	imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapESearch: {}, imap.CapSearchRes: {},
	imap.CapListExtended: {}, imap.CapListStatus: {}, imap.CapMove: {}, imap.CapStatusSize: {},
	imap.CapBinary: {}, imap.CapChildren: {}, imap.CapSpecialUse: {}, imap.CapCreateSpecialUse: {},
}

// A single is a listener that accepts one connection.
type single struct {
	conn net.Conn
	addr net.Addr
}

func (l *single) Accept() (net.Conn, error) {
	if l.conn == nil {
		return nil, net.ErrClosed
	}
	conn := l.conn
	l.conn = nil
	return conn, nil
}

func (l *single) Close() error   { return nil }
func (l *single) Addr() net.Addr { return l.addr }
