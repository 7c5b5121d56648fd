package main

import (
	"fmt"
	"strings"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/utils"
	"github.com/containernetworking/cni/pkg/version"
)

func validateName(asked *request) (interface{}, error) {
	validate := map[string]func(string) *types.Error{
		"container": utils.ValidateContainerID,
		"network":   utils.ValidateNetworkName,
		"interface": utils.ValidateInterfaceName,
	}[asked.Kind]
	if problem := validate(asked.Text); problem != nil {
		return nil, problem
	}
	return true, nil
}

func find(asked *request) (interface{}, error) {
	return invoke.FindInPath(asked.Plugin, asked.Path)
}

// The arguments as a plugin reads them from CNI_ARGS.
func stringify(asked *request) (interface{}, error) {
	args := invoke.Args{PluginArgs: asked.Runtime.Args}
	for _, variable := range args.AsEnv() {
		if value, found := strings.CutPrefix(variable, "CNI_ARGS="); found {
			return value, nil
		}
	}
	return nil, fmt.Errorf("no CNI_ARGS in the environment")
}

func parseVersion(asked *request) (interface{}, error) {
	major, minor, micro, err := version.ParseVersion(asked.Text)
	if err != nil {
		return nil, err
	}
	return []int{major, minor, micro}, nil
}

func atLeast(asked *request) (interface{}, error) {
	return version.GreaterThanOrEqualTo(asked.Text, asked.To)
}
