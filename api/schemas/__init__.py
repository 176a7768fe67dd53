"""Bodies of requests and answers, as the contract and the OpenAPI page show them."""
