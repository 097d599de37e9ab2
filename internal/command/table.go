package command

import "strings"

func upper(s string) string { return strings.ToUpper(s) }

type Command struct{ Name string }
type Arg struct{}
