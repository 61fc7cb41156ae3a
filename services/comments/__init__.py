"""Comments: taking in what people say, showing what may be shown, counting every one of them."""
