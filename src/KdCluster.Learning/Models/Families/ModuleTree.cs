using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models.Families;

/// <summary>Modules under dotted names: nothing but the names that their weights get in the state dict.</summary>
internal sealed class ModuleTree : Module
{
    private ModuleTree(string name)
        : base(name)
    {
    }

    /// <summary>The modules by the first part of their names, in the order in which these first occur.</summary>
    /// <param name="parts">No name is the beginning of another.</param>
    public static IEnumerable<(string Name, Module Module)> Of(IEnumerable<(string Path, Module Module)> parts)
    {
        foreach (var group in parts.GroupBy(p => p.Path.Split('.', 2)[0], StringComparer.Ordinal))
        {
            if (group.First().Path == group.Key)
            {
                yield return (group.Key, group.First().Module);
                continue;
            }

            var tree = new ModuleTree(group.Key);
            foreach ((string name, Module module) in Of(group.Select(p => (p.Path[(group.Key.Length + 1)..], p.Module))))
                tree.register_module(name, module);
            yield return (group.Key, tree);
        }
    }

    /// <summary>Modules that hold nothing but weights, under the weights' dotted names.</summary>
    /// <param name="weights">Each with two parts in its name at least.</param>
    public static IEnumerable<(string Name, Module Module)> OfWeights(IEnumerable<(string Path, TorchSharp.Modules.Parameter Weight)> weights)
    {
        var leaves = new List<(string, Module)>();
        foreach (var group in weights.GroupBy(w => w.Path[..w.Path.LastIndexOf('.')], StringComparer.Ordinal))
        {
            var leaf = new ModuleTree(group.Key);
            foreach ((string path, TorchSharp.Modules.Parameter weight) in group)
                leaf.register_parameter(path[(group.Key.Length + 1)..], weight);
            leaves.Add((group.Key, leaf));
        }

        return Of(leaves);
    }
}
