package demo

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// heap returns how many bytes of the heap are in use after a collection.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func last(lines []string) string { return lines[len(lines)-1] }

func TestMessagesBeyondTheQuotaAreRefusedBeforeTheyCome(t *testing.T) {
	s := start(t)
	const most = userOctets / 64 // as many bytes as the account may keep would take the race detector ten seconds
	room := s.users["guest"].boxes.room
	room.most = room.used + most
	c := dial(t, s)
	c.ok("LOGIN guest guest")
	before := heap()
	const size = 500_000
	message := "Subject: x\r\n\r\n" + strings.Repeat("x", size-14)
	taken, refused := 0, 0
	for i := range 18 {
		c.send(fmt.Sprintf("m%d APPEND INBOX {%d}\r\n", i, size))
		line := c.line()
		if strings.HasPrefix(line, "+ ") {
			c.send(message + "\r\n")
			line = last(c.until(fmt.Sprintf("m%d ", i)))
		}
		switch {
		case strings.HasPrefix(line, fmt.Sprintf("m%d OK", i)):
			taken++
		case strings.HasPrefix(line, fmt.Sprintf("m%d NO [OVERQUOTA]", i)):
			refused++
		default:
			t.Fatalf("APPEND %d is answered %q", i, line)
		}
	}
	if taken != most/size || refused != 18-taken {
		t.Errorf("%d messages of 500 kB were accepted and %d refused, want %d and %d", taken, refused, most/size, 18-most/size)
	}
	message = ""
	if more := heap() - before; more > most+2<<20 {
		t.Errorf("the server keeps %d more bytes, want at most %d", more, most)
	}

	c.ok("SELECT INBOX")
	c.ok(`STORE 2:* FLAGS (\Deleted)`)
	c.ok("EXPUNGE")
	c.send(fmt.Sprintf("again APPEND INBOX {%d}\r\n", size))
	if line := c.line(); !strings.HasPrefix(line, "+ ") {
		t.Errorf("after EXPUNGE an APPEND is answered %q", line)
	}
}

func TestDoublingAMailboxEndsAtItsLimit(t *testing.T) {
	c := login(t, start(t))
	answer := ""
	for range 15 {
		if answer = last(c.do("COPY 1:* INBOX")); !strings.HasPrefix(answer, "OK") {
			break
		}
	}
	if !strings.HasPrefix(answer, "NO [LIMIT]") && !strings.HasPrefix(answer, "NO [OVERQUOTA]") {
		t.Errorf("the last COPY is answered %q", answer)
	}
	c.ok("NOOP")
}

func TestACopyBeyondTheLimitCopiesNothing(t *testing.T) {
	s := start(t)
	c := login(t, s)
	sent, err := s.users[User].boxes.find("Sent")
	if err != nil {
		t.Fatal(err)
	}
	had := len(sent.messages)
	for range mailboxMessages - had - 3 {
		if _, err := sent.append([]byte("x"), monday, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := last(c.do("COPY 1:4 Sent")); !strings.HasPrefix(got, "NO [LIMIT]") {
		t.Errorf("COPY of four with room for three: %q", got)
	}
	if got := last(c.do("COPY 1:3 Sent")); !strings.HasPrefix(got, "OK") {
		t.Errorf("COPY of three: %q", got)
	}
	if got := last(c.do("MOVE 4 Sent")); !strings.HasPrefix(got, "NO [LIMIT]") {
		t.Errorf("MOVE into a full mailbox: %q", got)
	}
}

func TestMailboxesAndFlagsAreLimited(t *testing.T) {
	s := start(t)
	c := login(t, s)
	deep := strings.Repeat("d/", nameLevels-1)
	for _, row := range []struct{ name, command, want string }{
		{"twenty levels", "CREATE " + deep + "d", "OK"},
		{"twenty-one levels", "CREATE " + deep + "d/d", "NO [LIMIT]"},
		{"a name of 256 bytes", "CREATE " + strings.Repeat("n", 256), "NO [LIMIT]"},
		{"a mailbox below it would be too deep", "RENAME d Archive/e", "NO [LIMIT]"},
		{"a keyword of 201 bytes", "STORE 1 +FLAGS (" + strings.Repeat("k", 201) + ")", "NO [LIMIT]"},
		{"a hundred and one flags", "STORE 1 FLAGS (k" + strings.Join(numbers(101), " k") + ")", "NO [LIMIT]"},
	} {
		if got := last(c.do(row.command)); !strings.HasPrefix(got, row.want) {
			t.Errorf("%s: got %q, want %s", row.name, got, row.want)
		}
	}
	u := s.users[User].boxes
	for i := len(u.boxes); i < userMailboxes; i++ {
		if err := u.Create(fmt.Sprintf("many%d", i), &imap.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := last(c.do("CREATE more")); !strings.HasPrefix(got, "NO [LIMIT]") {
		t.Errorf("one mailbox more: %q", got)
	}
	c.ok("DELETE many100")
	c.ok("CREATE more")
}

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(i)
	}
	return out
}

func TestDeletingMakesRoomAgain(t *testing.T) {
	s := start(t)
	u := s.users[User].boxes
	used := func() int64 {
		u.room.mu.Lock()
		defer u.room.mu.Unlock()
		return u.room.used
	}
	c := login(t, s)
	before := used()
	c.ok("CREATE a/b")
	c.ok("COPY 1:5 a/b")
	c.ok("STORE 1:3 +FLAGS (work)")
	c.ok("STORE 1:3 -FLAGS (work)")
	c.ok("RENAME a/b a/longer")
	c.ok("MOVE 1:2 a/longer")
	c.ok("SELECT a/longer")
	other := login(t, s)
	other.ok("DELETE a/longer")
	other.ok("DELETE a")
	if used() <= before {
		t.Error("a mailbox that a session still has open is no longer counted")
	}
	c.ok("SELECT INBOX")
	c.ok("NOOP")
	moved := int64(0)
	for _, m := range octetsOf(t, s, "INBOX") {
		moved += m
	}
	if got := used(); got >= before || got <= before-moved {
		t.Errorf("%d bytes are counted, %d were before two messages were moved", got, before)
	}
}

func octetsOf(t *testing.T, s *Server, name string) (out []int64) {
	t.Helper()
	box, err := s.users[User].boxes.find(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range box.messages {
		out = append(out, m.octets())
	}
	return out
}

func TestOneConnectionTooManyIsRefusedWithTheReason(t *testing.T) {
	s := start(t)
	open := make([]*telnet, sessionsMost)
	for i := range open {
		open[i] = dial(t, s)
	}
	c := dialRaw(t, s)
	if got := c.line(); !strings.HasPrefix(got, "* BYE [LIMIT] This practice server allows 100 connections at a time") {
		t.Errorf("got %q", got)
	}
	open[0].ok("LOGOUT")
	for end := time.Now().Add(time.Minute); time.Now().Before(end); runtime.Gosched() { // the server notices the end only after a while
		if c = dialRaw(t, s); strings.HasPrefix(c.line(), "* OK") {
			c.ok("NOOP")
			return
		}
	}
	t.Error("no client is let in after one has left")
}

func TestASilentClientIsDisconnectedIfThereIsALimit(t *testing.T) {
	t.Parallel()
	s, err := Start(Options{Now: func() time.Time { return monday }, Idle: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	clients := map[string]*telnet{}
	for name, sends := range map[string]string{
		"from the start": "",
		"within a line":  "a1 NO",
		"within IDLE":    "a1 LOGIN demo demo\r\na2 SELECT INBOX\r\na3 IDLE\r\n",
		"in a literal":   "a1 LOGIN demo demo\r\na2 APPEND INBOX {100}\r\nSub",
	} {
		c := dialRaw(t, s)
		c.send(sends) // before the greeting is read, so that the limit is not reached first
		clients[name] = c
	}
	for name, c := range clients {
		if got := last(c.until("* BYE ")); !strings.HasPrefix(got, "* BYE No data for 500ms") {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestAnInactiveSessionIsEndedBeforeItsChangesFillTheMemory(t *testing.T) {
	s := start(t)
	lazy := login(t, s)
	c := login(t, s)
	for told := 0; told <= behindMost; told += 2 * 25 {
		c.ok("STORE 1:25 +FLAGS.SILENT (\\Flagged)")
		c.ok("STORE 1:25 -FLAGS.SILENT (\\Flagged)")
	}
	if _, err := lazy.in.ReadByte(); err == nil {
		t.Error("the inactive session continues")
	}
	c.ok("NOOP")
}

func TestListingIsLinearInTheMailboxes(t *testing.T) {
	s := start(t)
	u := s.users[User].boxes
	for i := range 4000 {
		if err := u.Create(fmt.Sprintf("many%d/box%d", i%100, i), &imap.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := u.Subscribe(fmt.Sprintf("many%d/box%d", i%100, i)); err != nil {
			t.Fatal(err)
		}
	}
	for name, opts := range map[string]*imap.ListOptions{
		"LIST":                {},
		"LIST of subscribed":  {SelectSubscribed: true, SelectRecursiveMatch: true},
		"LIST with its state": {ReturnStatus: &imap.StatusOptions{NumMessages: true}},
	} {
		work := func(pattern string) (names int, mallocs uint64) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			names = len(u.list("", []string{pattern}, opts))
			runtime.ReadMemStats(&after)
			return names, after.Mallocs - before.Mallocs
		}
		names, all := work("*")
		if names < 4000 {
			t.Errorf("%s: %d names", name, names)
		}
		if all > 12*4000 {
			t.Errorf("%s: %d allocations for 4,000 names", name, all)
		}
	}
	if !u.hasChildrenLocked("many7") || u.hasChildrenLocked("many7/box7") {
		t.Error("it is not known which names have others below them")
	}
}

func BenchmarkListOf20000(b *testing.B) {
	s := start(b)
	u := s.users[User].boxes
	for i := range 4000 {
		if err := u.Create(fmt.Sprintf("many%d", i), &imap.CreateOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	c := dial(b, s)
	c.ok("LOGIN demo demo")
	for b.Loop() {
		c.ok(`LIST "" *`)
	}
}
