package render

import (
	"strconv"
	"time"
)

func appendBlanks(b []byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, ' ')
	}
	return b
}

// appendDuration appends how long something took: 139 ms, 2.4 s, 2m01s.
func appendDuration(b []byte, d time.Duration) []byte {
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

// appendGap appends the time since the last response: +1.8s.
func appendGap(b []byte, d time.Duration) []byte {
	b = append(b, '+')
	b = strconv.AppendFloat(b, d.Seconds(), 'f', 1, 64)
	return append(b, 's')
}

// appendSize appends a size in bytes for people, a KB being 1024: 512 B, 1.1 KB, 212 KB, 1.2 GB.
func appendSize(b []byte, n uint64) []byte {
	if n < 1024 {
		b = strconv.AppendUint(b, n, 10)
		return append(b, " B"...)
	}
	f, unit := float64(n), ""
	for _, unit = range []string{"KB", "MB", "GB", "TB", "PB", "EB"} {
		f /= 1024
		if f < 999.5 {
			break
		}
	}
	precision := 0
	if f < 9.95 {
		precision = 1
	}
	b = strconv.AppendFloat(b, f, 'f', precision, 64)
	b = append(b, ' ')
	return append(b, unit...)
}

// appendAge appends how many seconds ago a time was: "1 day ago", "in 3 hours". They are counted as such
// since a time.Duration ends at 292 years.
func appendAge(b []byte, seconds int64) []byte {
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
		b = appendPlural(b, seconds/minute, "minute", "minutes")
	case days < 1:
		b = appendPlural(b, seconds/hour, "hour", "hours")
	case days < 60:
		b = appendPlural(b, days, "day", "days")
	case days < 731:
		b = appendPlural(b, days/30, "month", "months")
	default:
		b = appendPlural(b, days*400/146_097, "year", "years") // days in 400 years
	}
	if ahead {
		return b
	}
	return append(b, " ago"...)
}

// appendSet appends numbers as a sequence set, runs joined, as far as it fits into limit bytes: 1:22,30…
func appendSet(b []byte, nums []uint32, limit int) []byte {
	start := len(b)
	for i := 0; i < len(nums); {
		j := i
		for j+1 < len(nums) && nums[j+1] == nums[j]+1 {
			j++
		}
		if len(b)-start > limit-22 { // room for the longest piece
			return append(b, "…"...)
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(nums[i]), 10)
		if j > i {
			b = append(b, ':')
			b = strconv.AppendUint(b, uint64(nums[j]), 10)
		}
		i = j + 1
	}
	return b
}

// Size is a number of octets for people: "212 KB".
func Size(n int64) string { return string(appendSize(nil, uint64(max(0, n)))) }
