using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Tests.Torch;

public sealed class ModuleTests : TorchTest
{
    [Fact]
    public void Components_are_registered_in_the_order_of_their_fields()
    {
        using var net = new Net();
        Assert.Equal(["position", "first.weight", "first.bias", "norm.weight", "norm.bias", "blocks.0.weight", "blocks.1.weight"], net.named_parameters().Select(p => p.name));
        Assert.Equal(["mask"], net.named_buffers().Select(b => b.name));
        Assert.Equal(["position", "first.weight", "first.bias", "norm.weight", "norm.bias", "blocks.0.weight", "blocks.1.weight", "mask"], net.state_dict().Keys);
        Assert.Equal(["first", "norm", "blocks"], net.named_children().Select(c => c.name));
        Assert.Equal(["first", "norm", "blocks", "blocks.0", "blocks.1"], net.named_modules().Select(m => m.name));
        Assert.Equal(7, net.parameters().Count());
        Assert.NotNull(net.get_parameter("blocks.1.weight"));
        Assert.True(net.has_parameter("first.bias"));
        Assert.False(net.has_parameter("first.nothing"));
    }

    [Fact]
    public void Modules_outlive_the_scope_they_were_made_in()
    {
        Linear linear;
        LSTM lstm;
        BatchNorm1d norm;
        using (NewDisposeScope())
        {
            linear = Linear(2, 2);
            lstm = LSTM(2, 2);
            norm = BatchNorm1d(2);
        }

        Assert.Equal([3, 2], linear.call(ones(3, 2)).shape);
        Assert.Equal([3, 1, 2], lstm.call(ones(3, 1, 2)).Item1.shape);
        Assert.Equal([3, 2], norm.call(rand(3, 2)).shape);
        linear.Dispose();
        lstm.Dispose();
        norm.Dispose();
    }

    [Fact]
    public void A_state_dict_is_taken_whole_or_not_at_all()
    {
        using var net = new Net();
        var given = net.state_dict().ToDictionary(e => e.Key, e => e.Value.clone().fill_(3));
        Assert.Empty(net.load_state_dict(given).missing_keys);
        Assert.Equal(3, net.parameters().First().mean().ToSingle());

        var short_ = given.Where(e => e.Key != "norm.bias").ToDictionary(e => e.Key, e => e.Value.clone().fill_(4));
        Assert.Throws<InvalidOperationException>(() => net.load_state_dict(short_));
        Assert.Equal(3, net.parameters().First().mean().ToSingle());
        short_["extra"] = ones(1);
        var (missing, unexpected) = net.load_state_dict(short_, strict: false);
        Assert.Equal(["norm.bias"], missing);
        Assert.Equal(["extra"], unexpected);
        Assert.Equal(4, net.parameters().First().mean().ToSingle());
        Assert.Equal(3, net.get_parameter("norm.bias")!.mean().ToSingle());

        short_.Remove("extra");
        net.load_state_dict(short_, skip: ["norm.bias"]);
        given["first.weight"] = ones(5, 5);
        Assert.ThrowsAny<Exception>(() => net.load_state_dict(given));
    }

    [Fact]
    public void Saved_and_loaded_again()
    {
        using var one = new Net();
        using var two = new Net();
        using var stream = new MemoryStream();
        one.save(new BinaryWriter(stream));
        stream.Position = 0;
        two.load(new BinaryReader(stream));
        Assert.Equal(one.state_dict().Values.Select(Floats), two.state_dict().Values.Select(Floats));
    }

    [Fact]
    public void To_another_type_takes_everything_along()
    {
        using var net = new Net();
        net.to(float64);
        Assert.All(net.parameters(), p => Assert.Equal(float64, p.dtype));
        Assert.All(net.parameters(), p => Assert.True(p.requires_grad));
        using var optimizer = optim.Adam(net.parameters(), lr: 0.1);
        var before = net.get_parameter("first.weight")!.detach().clone();
        net.call(ones([2, 3], float64)).sum().backward();
        optimizer.step();
        Assert.False(before.allclose(net.get_parameter("first.weight")!));
        Assert.Throws<ArgumentException>(() => net.to(int64));
        net.to(CPU);
        Assert.Equal(float64, net.parameters().First().dtype);
        net.to(bfloat16);
        Assert.Equal(bfloat16, net.call(ones([2, 3], bfloat16)).dtype);
    }

    [Fact]
    public void Training_reaches_every_module()
    {
        using var net = Sequential(Linear(2, 2), Dropout(0.5));
        Assert.True(net.training);
        net.eval();
        Assert.All(net.children(), c => Assert.False(c.training));
        Assert.True(net.call(ones(4, 2)).allclose(net.call(ones(4, 2))));
        net.train();
        Assert.All(net.children(), c => Assert.True(c.training));
    }

    [Fact]
    public void Dropout_zeroes_and_scales()
    {
        using var dropout = Dropout(0.25);
        var y = dropout.call(ones(10_000));
        float zeroed = 1 - y.count_nonzero().ToInt64() / 10_000f;
        Assert.InRange(zeroed, 0.2f, 0.3f);
        Assert.Equal(1 / 0.75f, y.max().ToSingle(), 1e-5f);
    }

    [Fact]
    public void A_shared_parameter_comes_once()
    {
        using var net = new Tied();
        Assert.Equal(["first"], net.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void First_values_are_where_they_should_be()
    {
        var w = zeros(50, 40);
        init.xavier_uniform_(w);
        Assert.InRange(w.abs().max().ToDouble(), 0.2, Math.Sqrt(6.0 / 90));
        init.kaiming_uniform_(w, Math.Sqrt(5));
        Assert.InRange(w.abs().max().ToDouble(), 0.1, 1 / Math.Sqrt(40));
        init.normal_(w, 3, 0.1);
        Assert.Equal(3, w.mean().ToSingle(), 0.05f);
        init.uniform_(w, 1, 2);
        Assert.InRange(w.min().ToSingle(), 1, 1.1f);
        init.constant_(w, 7);
        Assert.Equal(7, w.mean().ToSingle());
        init.zeros_(w);
        Assert.Equal(0, w.sum().ToSingle());
        init.ones_(w);
        Assert.Equal(2000, w.sum().ToSingle());
    }

    [Fact]
    public void Lists_and_dicts_of_modules()
    {
        using var lists = new Lists();
        Assert.Equal(["list.0.weight", "list.0.bias", "list.2.weight", "list.2.bias", "dict.a.weight", "dict.a.bias", "dict.b.weight", "dict.b.bias"], lists.named_parameters().Select(p => p.name));
        Assert.Equal([1, 1], lists.call(ones(1, 2)).shape);
    }

    [Fact]
    public void Several_inputs()
    {
        using var both = new Both();
        Equal([3, 3], both.call(ones(2), ones(2) * 2));
        Equal([6, 6], both.call(ones(2) * 2, ones(2) * 4));
    }

    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(3, 4);
        private readonly Parameter position = Parameter(zeros(4));
        private readonly LayerNorm norm = LayerNorm(4);
        private readonly Tensor mask = ones(4);
        private readonly ModuleList<Linear> blocks = ModuleList(Linear(4, 4, hasBias: false), Linear(4, 2, hasBias: false));

        public Net()
            : base(nameof(Net))
        {
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = norm.call(first.call(input) + position);
            foreach (var block in blocks)
                x = block.call(x);
            return x.MoveToOuterDisposeScope();
        }
    }

    private sealed class Tied : Module<Tensor, Tensor>
    {
        private readonly Parameter first = Parameter(ones(2));
        private readonly Parameter second;

        public Tied()
            : base(nameof(Tied))
        {
            second = first;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input * first * second;
    }

    private sealed class Lists : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Module<Tensor, Tensor>> list = ModuleList<Module<Tensor, Tensor>>(Linear(2, 3), ReLU());
        private readonly ModuleDict<Linear> dict = ModuleDict(("a", Linear(1, 1)), ("b", Linear(1, 1)));

        public Lists()
            : base(nameof(Lists))
        {
            list.Add(Linear(3, 1));
            Assert.Equal(3, list.Count);
            Assert.True(dict.ContainsKey("b"));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            foreach (var module in list)
                input = module.call(input);
            return dict["b"].call(input).MoveToOuterDisposeScope();
        }
    }

    private sealed class Both() : Module<Tensor, Tensor, Tensor>(nameof(Both))
    {
        public override Tensor forward(Tensor a, Tensor b) => a + b;
    }

    private static void Equal(float[] expected, Tensor actual)
    {
        float[] values = Floats(actual.detach());
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-6f);
    }

    private static float[] Floats(Tensor tensor) => tensor.to_type(float32).contiguous().data<float>().ToArray();
}
