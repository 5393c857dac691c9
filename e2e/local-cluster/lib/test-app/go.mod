module weir.dev/local-cluster/test-app

go 1.26
