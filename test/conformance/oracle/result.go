package main

import (
	"github.com/containernetworking/cni/pkg/types/create"
)

func createResult(asked *request) (interface{}, error) {
	return create.CreateFromBytes(asked.Bytes)
}

func convertResult(asked *request) (interface{}, error) {
	result, err := create.CreateFromBytes(asked.Bytes)
	if err != nil {
		return nil, err
	}
	return result.GetAsVersion(asked.To)
}
