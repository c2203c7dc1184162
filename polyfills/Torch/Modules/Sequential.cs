namespace TorchSharp.Modules;

/// <summary>Modules one after the other; what they give each other is disposed on the way.</summary>
public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly List<torch.nn.IModule<torch.Tensor, torch.Tensor>> _modules = [];

    protected internal Sequential(params (string name, torch.nn.Module<torch.Tensor, torch.Tensor> submodule)[] modules)
        : base(nameof(Sequential))
    {
        foreach (var (name, module) in modules)
            append(name, module);
    }

    protected internal Sequential(params torch.nn.Module<torch.Tensor, torch.Tensor>[] modules)
        : base(nameof(Sequential))
    {
        foreach (var module in modules)
            append(module);
    }

    public int Count => _modules.Count;

    [System.Runtime.CompilerServices.IndexerName("SequentialItems")]
    public torch.nn.IModule<torch.Tensor, torch.Tensor> this[int index] => _modules[index];

    public Sequential append(torch.nn.IModule<torch.Tensor, torch.Tensor> module) => append(_modules.Count.ToString(), module);

    public Sequential append(string name, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
    {
        register_module(name, (torch.nn.Module)module);
        _modules.Add(module);
        return this;
    }

    public override torch.Tensor forward(torch.Tensor tensor)
    {
        if (_modules.Count == 0)
            return tensor.alias();
        var current = _modules[0].call(tensor);
        for (int i = 1; i < _modules.Count; i++)
        {
            using var previous = current;
            current = _modules[i].call(previous);
        }

        return current;
    }
}
