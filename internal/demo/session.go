package demo

import (
	"crypto/subtle"
	"io"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
)

// A session serves imapserver for one connection. imapserver calls it from one goroutine,
// and during IDLE from a second one.
type session struct {
	server *Server
	conn   *imapserver.Conn
	guard  *guard

	*user       // nil before login; its methods are those of the authenticated state
	view  *view // nil if no mailbox is selected
}

var (
	_ imapserver.SessionIMAP4rev2   = (*session)(nil)
	_ imapserver.SessionSASL        = (*session)(nil)
	_ imapserver.SessionAppendLimit = (*session)(nil)
)

func no(code imap.ResponseCode, text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: text}
}

var errReadOnly = no("", "The mailbox was opened with EXAMINE: it is read-only")

func (s *session) selected() bool { return s.view != nil }

// utf8 reports whether the client has enabled mailbox names in UTF-8 (RFC 6855, RFC 9051 §6.3.1).
func (s *session) utf8() bool {
	enabled := s.conn.EnabledCaps()
	return enabled.Has(imap.CapUTF8Accept) || enabled.Has(imap.CapIMAP4rev2)
}

func (s *session) Login(username, password string) error {
	account := s.server.users[username]
	if account == nil || subtle.ConstantTimeCompare([]byte(password), []byte(account.password)) != 1 {
		return no(imap.ResponseCodeAuthenticationFailed, "Wrong user name or password; try demo and demo")
	}
	s.user = account.boxes
	return nil
}

func (s *session) AuthenticateMechanisms() []string { return []string{sasl.Plain, sasl.Login} }

func (s *session) Authenticate(mech string) (sasl.Server, error) {
	switch mech {
	case sasl.Plain:
		return sasl.NewPlainServer(func(identity, username, password string) error {
			if identity != "" && identity != username {
				return no(imap.ResponseCodeAuthorizationFailed, "Acting for another user is not allowed here")
			}
			return s.Login(username, password)
		}), nil
	case sasl.Login:
		return &loginServer{login: s.Login}, nil
	}
	return nil, no("", "Only PLAIN and LOGIN are offered")
}

func (s *session) AppendLimit() uint32 { return appendLimit }

func (s *session) Close() error {
	if s.view != nil {
		return s.Unselect()
	}
	return nil
}

func (s *session) Select(name string, opts *imap.SelectOptions) (*imap.SelectData, error) {
	box, err := s.find(name)
	if err != nil {
		return nil, err
	}
	v, data := box.open(opts.ReadOnly, func() { s.guard.Conn.Close() })
	s.view = v
	if s.conn.EnabledCaps().Has(imap.CapIMAP4rev2) {
		list := s.listed(name, &imap.ListOptions{})
		data.List = &list
	}
	return data, nil
}

func (s *session) Unselect() error {
	s.view.close()
	s.view = nil
	return nil
}

func (s *session) Append(name string, r imap.LiteralReader, opts *imap.AppendOptions) (*imap.AppendData, error) {
	box, err := s.findOrTry(name)
	if err != nil {
		return nil, err
	}
	if !box.room.has(r.Size() + messageOctets) {
		return nil, errOverQuota
	}
	raw := make([]byte, r.Size()) // the guard has already read them, at most appendLimit
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, err
	}
	date := opts.Time
	if date.IsZero() {
		date = s.server.now()
	}
	uid, err := box.append(raw, date, opts.Flags)
	if err != nil {
		return nil, err
	}
	return &imap.AppendData{UIDValidity: box.validity, UID: uid}, nil
}

func (s *session) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.view == nil {
		return nil
	}
	return s.view.poll(w, allowExpunge)
}

func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	if s.view == nil {
		<-stop
		return nil
	}
	return s.view.idle(w, stop)
}

func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, opts *imap.FetchOptions) error {
	return s.view.fetch(w, set, opts)
}

func (s *session) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, opts *imap.SearchOptions) (*imap.SearchData, error) {
	return s.view.search(kind, criteria, opts)
}

func (s *session) Store(w *imapserver.FetchWriter, set imap.NumSet, flags *imap.StoreFlags, _ *imap.StoreOptions) error {
	if s.view.readOnly {
		return errReadOnly
	}
	return s.view.store(w, set, flags)
}

// Expunge serves EXPUNGE, UID EXPUNGE and CLOSE. CLOSE comes with an empty writer; in a
// read-only mailbox it removes nothing, without an error (RFC 9051 §6.4.1).
func (s *session) Expunge(w *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	if s.view.readOnly {
		if *w == (imapserver.ExpungeWriter{}) {
			return nil
		}
		return errReadOnly
	}
	var among func(imap.UID) bool
	if uids != nil {
		static := s.view.uidSet(*uids)
		among = static.Contains
	}
	s.view.remove(func(m *message) bool {
		return m.has(imap.FlagDeleted) && (among == nil || among(m.uid))
	})
	return nil // the call of Poll that follows writes the responses
}

func (s *session) Copy(set imap.NumSet, dest string) (*imap.CopyData, error) {
	box, err := s.findOrTry(dest)
	if err != nil {
		return nil, err
	}
	return s.view.copyTo(box, set)
}

func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, dest string) error {
	if s.view.readOnly {
		return errReadOnly
	}
	box, err := s.findOrTry(dest)
	if err != nil {
		return err
	}
	data, err := s.view.copyTo(box, set)
	if data == nil || err != nil {
		return err
	}
	if err := w.WriteCopyData(data); err != nil {
		return err
	}
	s.view.remove(func(m *message) bool { return data.SourceUIDs.Contains(m.uid) })
	return nil
}

func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, opts *imap.ListOptions) error {
	var list []imap.ListData
	if s.guard.name() == "LSUB" {
		list = s.lsub(ref, patterns)
	} else {
		list = s.list(ref, patterns, opts)
	}
	for i := range list {
		if err := w.WriteList(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// A loginServer is the server's side of the LOGIN mechanism (draft-murchison-sasl-login).
type loginServer struct {
	login func(username, password string) error
	step  int
	name  string
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if l.step == 0 && response == nil {
		return []byte("Username:"), false, nil
	}
	l.step++
	if l.step == 1 {
		l.name = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.login(l.name, string(response))
}
