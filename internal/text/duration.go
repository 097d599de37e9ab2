package text

import (
	"fmt"
	"strconv"
	"time"
)

// AppendDuration appends how long a command took, in milliseconds below ten seconds: 0.3 ms, 2400 ms, 12.3 s, 2m01s,
// 3h0m00s.
func AppendDuration(b []byte, d time.Duration) []byte {
	switch {
	case d < time.Millisecond:
		b = strconv.AppendFloat(b, float64(d)/float64(time.Millisecond), 'f', 1, 64)
		return append(b, " ms"...)
	case d < 10*time.Second:
		b = strconv.AppendInt(b, int64((d+time.Millisecond/2)/time.Millisecond), 10)
		return append(b, " ms"...)
	case d < time.Minute:
		b = strconv.AppendFloat(b, d.Seconds(), 'f', 1, 64)
		return append(b, " s"...)
	}
	d = d.Round(time.Second)
	if h := d / time.Hour; h > 0 {
		b = strconv.AppendInt(b, int64(h), 10)
		b = append(b, 'h')
		d -= h * time.Hour
	}
	b = strconv.AppendInt(b, int64(d/time.Minute), 10)
	b = append(b, 'm')
	if s := d % time.Minute / time.Second; s < 10 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, int64(d%time.Minute/time.Second), 10)
	return append(b, 's')
}

// Brief returns a duration in at most seven columns below an hour: 2.4 ms, 139 ms, 2.4 s, 2m1s.
func Brief(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(d.Seconds()*1000, 'f', 1, 64) + " ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return d.Round(time.Second).String()
}

// Coarse returns a duration rounded to the second, or to a tenth of a second below ten seconds: 2.4s, 28m0s.
func Coarse(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// Forecast returns how long something will still take, given in seconds, only as precisely as anyone can predict:
// 12 s, 2m05s, 3h02m, days.
func Forecast(seconds float64) string {
	if seconds >= 100*60*60 {
		return "days"
	}
	n := int(seconds + 0.999)
	switch {
	case n < 60:
		return fmt.Sprintf("%d s", n)
	case n < 60*60:
		return fmt.Sprintf("%dm%02ds", n/60, n%60)
	}
	return fmt.Sprintf("%dh%02dm", n/60/60, n/60%60)
}

// AppendAge appends how long ago a time was, given in seconds: "1 day ago", "in 3 hours" if it is negative. It takes
// seconds because a time.Duration cannot hold more than 292 years.
func AppendAge(b []byte, seconds int64) []byte {
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	ahead := seconds < 0
	if ahead {
		seconds = -seconds
		b = append(b, "in "...)
	}
	switch days := seconds / day; {
	case seconds < minute:
		b = append(b, "less than a minute"...)
	case seconds < hour:
		b = AppendPlural(b, seconds/minute, "minute", "minutes")
	case days < 1:
		b = AppendPlural(b, seconds/hour, "hour", "hours")
	case days < 60:
		b = AppendPlural(b, days, "day", "days")
	case days < 731:
		b = AppendPlural(b, days/30, "month", "months")
	default:
		b = AppendPlural(b, days*400/146_097, "year", "years") // 146,097 days are 400 years
	}
	if ahead {
		return b
	}
	return append(b, " ago"...)
}

// Precise returns a duration below a minute with three significant digits: 0.043 ms, 1.23 ms, 139 ms, 2.41 s.
func Precise(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	digits := func(v float64) int { // after the decimal point
		switch {
		case v < 9.995:
			return 2
		case v < 99.95:
			return 1
		}
		return 0
	}
	switch {
	case ms < 0.9995:
		return strconv.FormatFloat(ms, 'f', 3, 64) + " ms"
	case ms < 999.5:
		return strconv.FormatFloat(ms, 'f', digits(ms), 64) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', digits(d.Seconds()), 64) + " s"
	}
	return d.Round(time.Second).String()
}
