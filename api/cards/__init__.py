"""Contact cards (居民联系卡) on paper: whom to call, and nothing about anybody's health."""
