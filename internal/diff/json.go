package diff

import (
	"io"

	"imapsh/internal/wire"
)

// The objects of the JSON output, which docs/json.md describes.
type (
	jsonDifference struct {
		Type     string `json:"type"` // "difference"
		Part     string `json:"part"`
		Mailbox  string `json:"mailbox,omitempty"`
		Item     string `json:"item,omitempty"`
		What     string `json:"what,omitempty"`
		Left     any    `json:"left"`
		Right    any    `json:"right"`
		LeftUID  uint32 `json:"left_uid,omitempty"`
		RightUID uint32 `json:"right_uid,omitempty"`
	}
	jsonGap struct {
		Type    string `json:"type"` // "not_compared"
		Part    string `json:"part"`
		Mailbox string `json:"mailbox,omitempty"`
		Rest    bool   `json:"rest,omitempty"`
		Side    string `json:"side,omitempty"`
		Why     string `json:"why"`
		Lacking bool   `json:"not_offered,omitempty"`
	}
	jsonResult struct {
		Type        string         `json:"type"` // "diff"
		Left        string         `json:"left"`
		Right       string         `json:"right"`
		LeftUser    string         `json:"left_user,omitempty"`
		RightUser   string         `json:"right_user,omitempty"`
		Equal       bool           `json:"equal"`
		Complete    bool           `json:"complete"`
		Differences int            `json:"differences"`
		Parts       map[string]int `json:"parts"`
		Mailboxes   int            `json:"mailboxes"`
		Messages    int            `json:"messages,omitempty"`
		Why         string         `json:"why,omitempty"`
	}
)

// A JSON writes one object a line: for each difference, each gap, and the result.
type JSON struct {
	Out io.Writer
	// Brief leaves out all but the result.
	Brief bool
	// Before, if not nil, is called before each write.
	Before func()
}

func (j *JSON) write(v any) error {
	if j.Before != nil {
		j.Before()
	}
	return wire.WriteJSON(j.Out, v)
}

// Difference writes a difference.
func (j *JSON) Difference(d *Difference) error {
	if j.Brief {
		return nil
	}
	return j.write(jsonDifference{
		Type: "difference", Part: d.Part.Name, Mailbox: d.Mailbox, Item: d.Item, What: d.What,
		Left: d.Left, Right: d.Right, LeftUID: d.LeftUID, RightUID: d.RightUID,
	})
}

// End writes the gaps and the result.
func (j *JSON) End(r *Result) error {
	for _, g := range r.Gaps {
		if j.Brief {
			break
		}
		if err := j.write(jsonGap{"not_compared", g.Part.Name, g.Mailbox, g.Rest, g.Side, g.Why, g.Lacking}); err != nil {
			return err
		}
	}
	return j.write(jsonResult{
		Type: "diff", Left: r.Left.URL, Right: r.Right.URL, LeftUser: r.Left.User, RightUser: r.Right.User, Equal: r.Equal(), Complete: r.Complete(),
		Differences: r.Differences(), Parts: r.Counts, Mailboxes: r.Mailboxes, Messages: r.Messages, Why: r.Why,
	})
}
