"""Who is on duty where and when, and whom that leaves without anybody who comes."""
