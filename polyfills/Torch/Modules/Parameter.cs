namespace TorchSharp.Modules;

/// <summary>A leaf tensor that a module registers and an optimizer changes. It takes over the tensor it is made from, and its place in the scope.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(Take(data, requires_grad), register: false)
    {
        data.OwningDisposeScope?.Replace(data, this);
    }

    internal Parameter(nint handle)
        : base(handle)
    {
    }

    private static nint Take(torch.Tensor data, bool requires_grad)
    {
        data.requires_grad = requires_grad;
        return data.Release();
    }
}
