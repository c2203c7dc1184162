using TorchSharp.Interop;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum if asked; all of a group's parameters in one native call.</summary>
public class SGD : OptimizerHelper
{
    private readonly Options _defaults;

    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        if (lr < 0)
            throw new ArgumentException($"Invalid learning rate: {lr}");
        if (momentum < 0)
            throw new ArgumentException($"Invalid momentum value: {momentum}");
        if (nesterov && (momentum <= 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
        _defaults = new()
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
        };
        foreach (var group in parameters)
            add_param_group(group);
    }

    private protected override OptimizerOptions Complete(OptimizerOptions? options)
    {
        var own = (Options?)options ?? new Options();
        own.Default(_defaults);
        return own;
    }

    private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

    private protected override unsafe void Step(OptimizerOptions options, Parameter[] parameters, OptimizerState[] states)
    {
        var o = (Options)options;
        nint[] handles = Handles.Of(parameters);
        nint[] buffers = [.. states.Select(s => ((State)s).momentum_buffer?.Handle ?? 0)];
        nint[] before = [.. buffers];
        fixed (nint* p = handles, b = buffers)
        {
            Kd.Check(Kd.kd_sgd_step(
                p, b, handles.Length, o.LearningRate!.Value, o.momentum!.Value, o.dampening!.Value, o.weight_decay!.Value, o.nesterov!.Value ? 1 : 0, o.maximize!.Value ? 1 : 0));
        }

        for (int i = 0; i < buffers.Length; i++)
        {
            if (buffers[i] != before[i])
                ((State)states[i]).momentum_buffer = torch.Tensor.Own(buffers[i]).DetachFromDisposeScope();
        }

        GC.KeepAlive(parameters);
        GC.KeepAlive(states);
    }

    public class Options : OptimizerOptions
    {
        public double? momentum;
        public double? dampening;
        public double? weight_decay;
        public bool? nesterov;
        public bool? maximize;

        public override void SaveStateDict(BinaryWriter writer)
        {
            base.SaveStateDict(writer);
            writer.Write(momentum!.Value);
            writer.Write(dampening!.Value);
            writer.Write(weight_decay!.Value);
            writer.Write(nesterov!.Value);
            writer.Write(maximize!.Value);
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            base.LoadStateDict(reader);
            momentum = reader.ReadDouble();
            dampening = reader.ReadDouble();
            weight_decay = reader.ReadDouble();
            nesterov = reader.ReadBoolean();
            maximize = reader.ReadBoolean();
        }

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var from = (Options)source;
            (momentum, dampening, weight_decay, nesterov, maximize) = (from.momentum, from.dampening, from.weight_decay, from.nesterov, from.maximize);
        }

        internal void Default(Options defaults)
        {
            LearningRate ??= defaults.LearningRate;
            momentum ??= defaults.momentum;
            dampening ??= defaults.dampening;
            weight_decay ??= defaults.weight_decay;
            nesterov ??= defaults.nesterov;
            maximize ??= defaults.maximize;
        }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public torch.Tensor? momentum_buffer;

        public override void Initialize(OptimizerOptions options) => Release();

        public override void SaveStateDict(BinaryWriter writer) => SaveOptional(writer, momentum_buffer);

        public override void LoadStateDict(BinaryReader reader) => momentum_buffer = LoadOptional(reader, momentum_buffer);

        public override void LoadStateDict(OptimizerState source)
        {
            Release();
            momentum_buffer = ((State)source).momentum_buffer is { } b ? Copy(b) : null;
        }

        public override void to(torch.Device device) =>
            momentum_buffer = momentum_buffer?.to(device, disposeAfter: true).DetachFromDisposeScope();

        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State s && (momentum_buffer is null ? s.momentum_buffer is null : s.momentum_buffer is not null && momentum_buffer.allclose(s.momentum_buffer));

        public void Dispose() => Release();

        internal override void Release()
        {
            momentum_buffer?.Dispose();
            momentum_buffer = null;
        }
    }

    public class ParamGroup : ParamGroup<Options>
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options? options)
            : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
        {
        }
    }
}
