using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

/// <summary>TorchScript files that PyTorch wrote.</summary>
public sealed class ScriptTests : TorchTest
{
    [Fact]
    public void A_script_answers_as_in_PyTorch()
    {
        var fixture = Fixture.Read("scripted.json");
        using var module = jit.load<Tensor, Tensor>(Fixture.PathOf("scripted.pt"));
        module.eval();
        using (no_grad())
            Fixture.Same(fixture.GetProperty("y"), module.call(Fixture.Tensor(fixture.GetProperty("x"))), "y");
        var wanted = fixture.GetProperty("parameters");
        var parameters = module.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        Assert.Equal(["embedding.weight", "head.bias", "head.weight"], parameters.Keys.Order());
        foreach (var (name, value) in parameters)
            Fixture.Same(wanted.GetProperty(name), value, name);
    }

    [Fact]
    public void What_is_no_script_is_refused()
    {
        Assert.Throws<FileNotFoundException>(() => jit.load("/nowhere.pt"));
        Assert.Throws<ExternalException>(() => jit.load(Fixture.PathOf("scripted.json")));
    }
}
