using TorchSharp.Interop;

namespace TorchSharp.Modules;

/// <summary>The step of <see cref="Adam"/> and <see cref="AdamW"/>: all of a group's parameters in one native call.</summary>
public abstract class AdamBase : OptimizerHelper
{
    private readonly AdamOptions _defaults;
    private readonly bool _decoupled;

    private protected AdamBase(AdamOptions defaults, bool decoupled, IEnumerable<ParamGroup> groups, double lr, double beta1, double beta2, double eps, double weight_decay, bool amsgrad, bool maximize)
    {
        if (lr < 0)
            throw new ArgumentException($"Invalid learning rate: {lr}");
        if (eps < 0)
            throw new ArgumentException($"Invalid ε: {eps}");
        if (beta1 is < 0 or >= 1)
            throw new ArgumentException($"Invalid beta1: {beta1}");
        if (beta2 is < 0 or >= 1)
            throw new ArgumentException($"Invalid beta2: {beta2}");
        if (weight_decay < 0)
            throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        defaults.LearningRate = lr;
        defaults.InitialLearningRate = lr;
        defaults.beta1 = beta1;
        defaults.beta2 = beta2;
        defaults.eps = eps;
        defaults.weight_decay = weight_decay;
        defaults.amsgrad = amsgrad;
        defaults.maximize = maximize;
        _defaults = defaults;
        _decoupled = decoupled;
        foreach (var group in groups)
            add_param_group(group);
    }

    private protected abstract AdamOptions NewOptions();

    private protected sealed override OptimizerOptions Complete(OptimizerOptions? options)
    {
        var own = (AdamOptions?)options ?? NewOptions();
        own.Default(_defaults);
        return own;
    }

    private protected sealed override unsafe void Step(OptimizerOptions options, Parameter[] parameters, OptimizerState[] states)
    {
        var o = (AdamOptions)options;
        int n = parameters.Length;
        bool largest = o.amsgrad!.Value;
        var handles = new nint[n * 4];
        var steps = new long[n];
        for (int i = 0; i < n; i++)
        {
            var s = (AdamState)states[i];
            handles[i] = parameters[i].Handle;
            handles[n + i] = s.exp_avg.Handle;
            handles[2 * n + i] = s.exp_avg_sq.Handle;
            handles[3 * n + i] = largest ? s.max_exp_avg_sq!.Handle : 0;
            steps[i] = s.step;
        }

        fixed (nint* h = handles)
        fixed (long* t = steps)
        {
            Kd.Check(Kd.kd_adam_step(
                h, h + n, h + 2 * n, largest ? h + 3 * n : null, t, n, o.LearningRate!.Value, o.beta1!.Value, o.beta2!.Value, o.eps!.Value,
                o.weight_decay!.Value, _decoupled ? 1 : 0, o.maximize!.Value ? 1 : 0));
        }

        for (int i = 0; i < n; i++)
            ((AdamState)states[i]).step = steps[i];
        GC.KeepAlive(parameters);
        GC.KeepAlive(states);
    }
}
