using System.Text.Json.Nodes;

namespace NetGraph.Kubernetes.Tests;

/// <summary>Objects as kubectl would send them.</summary>
internal static class Objects
{
    public static string Pod(string name, string node, params (string Name, string Value)[] labels)
    {
        var map = new JsonObject();
        foreach (var (key, value) in labels) map[key] = value;
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = map },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = node,
                ["automountServiceAccountToken"] = false,
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "agent", ["image"] = "agent", ["ports"] = new JsonArray(new JsonObject { ["name"] = "orders", ["containerPort"] = 5201 }) }),
            },
        }.ToJsonString();
    }

    public static string Node(string name, string zone = "a") => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["topology.kubernetes.io/zone"] = zone } },
    }.ToJsonString();
}
