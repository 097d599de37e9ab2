package text

import "strconv"

// AppendSize appends a number of bytes in readable units, where 1 KB is 1024 bytes: 512 B, 1.1 KB, 212 KB, 1.2 GB.
func AppendSize(b []byte, n uint64) []byte {
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

// Size returns what AppendSize appends; a negative number is shown as 0 B.
func Size(n int64) string { return string(AppendSize(nil, uint64(max(0, n)))) }
