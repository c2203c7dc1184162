namespace TorchSharp.Modules;

/// <summary>State dicts and groups: what all the optimizers here share.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    private readonly List<(ParamGroup Group, Parameter[] Parameters, OptimizerState[] States)> _parts = [];

    private protected OptimizerHelper()
    {
    }

    public override IEnumerable<Parameter> parameters() => _parts.SelectMany(p => p.Parameters);

    public override void add_param_group(ParamGroup param_group)
    {
        param_group.Options = Complete(param_group.Options);
        param_group.Options.InitialLearningRate = param_group.Options.LearningRate!.Value;
        Parameter[] parameters = [.. param_group.Parameters];
        param_group.Parameters = parameters;
        OptimizerState[] states = [.. parameters.Select(NewState)];
        foreach (var state in states)
            state.Initialize(param_group.Options);
        base.add_param_group(param_group);
        _parts.Add((param_group, parameters, states));
    }

    public override torch.Tensor? step(Func<torch.Tensor>? closure = null)
    {
        torch.Tensor? loss = null;
        if (closure is not null)
        {
            using (torch.enable_grad())
                loss = closure();
        }

        foreach (var (group, parameters, states) in _parts)
            Step(group.Options!, parameters, states);
        return loss;
    }

    /// <summary>The live options and states: what is read from them is the optimizer's own, and a change to them counts.</summary>
    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var (group, _, states) in _parts)
        {
            dictionary.Options.Add(group.Options!);
            dictionary.StateIndexRef.Add([.. Enumerable.Range(dictionary.State.Count, states.Length)]);
            dictionary.State.AddRange(states);
        }

        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        Fits(own, state_dict.Options.Count, state_dict.State.Count);
        foreach (var (mine, other) in own.Options.Zip(state_dict.Options).Where(p => !ReferenceEquals(p.First, p.Second)))
            mine.LoadStateDict(other);
        foreach (var (mine, other) in own.State.Zip(state_dict.State).Where(p => !ReferenceEquals(p.First, p.Second)))
            mine.LoadStateDict(other);
    }

    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location));
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        var own = state_dict();
        writer.Write(GetType().Name);
        writer.Write7BitEncodedInt64(own.Options.Count);
        writer.Write7BitEncodedInt64(own.State.Count);
        foreach (var options in own.Options)
            options.SaveStateDict(writer);
        foreach (var state in own.State)
            state.SaveStateDict(writer);
    }

    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        string name = reader.ReadString();
        if (name != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");
        var own = state_dict();
        Fits(own, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        foreach (var options in own.Options)
            options.LoadStateDict(reader);
        foreach (var state in own.State)
            state.LoadStateDict(reader);
    }

    public void to(torch.Device device)
    {
        foreach (var state in _parts.SelectMany(p => p.States))
            state.to(device);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var state in _parts.SelectMany(p => p.States))
            state.Release();
    }

    /// <summary>A group's options with this optimizer's defaults for what it left open.</summary>
    private protected abstract OptimizerOptions Complete(OptimizerOptions? options);

    private protected abstract OptimizerState NewState(Parameter parameter);

    private protected abstract void Step(OptimizerOptions options, Parameter[] parameters, OptimizerState[] states);

    private static void Fits(StateDictionary own, long options, long states)
    {
        if (own.Options.Count != options)
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        if (own.State.Count != states)
            throw new ArgumentException("Invalid optimizer state -- different number of states.");
    }
}
