package render

import "strconv"

// appendSet appends numbers as a sequence set with runs joined, as far as they fit into limit bytes: 1:22,30…
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
