package suite

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"imapsh/internal/wire"
)

// A junitSuite is a JUnit report in the form that CI systems read.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Skipped *junitSkip    `xml:"skipped,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitSkip struct {
	Message string `xml:"message,attr"`
}

// WriteJUnit writes the results as JUnit XML. A test that was not run, or was interrupted, counts as skipped there. A nil
// result is that of a test not run, whose name is taken from files.
func WriteJUnit(w io.Writer, name string, results []*Result, files []string, took time.Duration) error {
	s := junitSuite{Name: name, Tests: len(results), Time: seconds(took)}
	for i, r := range results {
		if r == nil {
			r = &Result{File: files[i], Verdict: Interrupted}
		}
		file := wire.EscapeString(r.File)
		c := junitCase{Class: name, Name: file, File: file, Time: seconds(r.Took)}
		switch r.Verdict {
		case Failed:
			s.Failures++
			c.Failure = junitFailureOf(r)
		case Skipped:
			s.Skipped++
			c.Skipped = &junitSkip{wire.EscapeString(r.Why)}
		case Interrupted:
			s.Skipped++
			c.Skipped = &junitSkip{"interrupted"}
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitFailureOf(r *Result) *junitFailure {
	cause := r.cause()
	first, _, _ := strings.Cut(cause, "\n")
	var b strings.Builder
	b.WriteString(cause)
	for _, line := range r.Last {
		b.WriteString(wire.EscapeString(line) + "\n")
	}
	return &junitFailure{first, b.String()}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
