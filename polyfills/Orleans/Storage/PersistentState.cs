using Microsoft.Extensions.DependencyInjection;
using Orleans.Activations;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A grain's state between two visits to its storage. Storage operations run one after another, in the order asked for.</summary>
internal sealed class PersistentState<T> : IPersistentState<T>
{
    private readonly GrainId _grainId;
    private readonly string _name;
    private readonly IGrainStorage _storage;
    private readonly GrainState<T> _record = new(NewState.Of<T>());
    private Task _last = Task.CompletedTask;

    public PersistentState(Activation activation, PersistentStateAttribute about)
    {
        _grainId = activation.GrainId;
        _name = about.StateName;
        _storage = about.StorageName is { } name
            ? activation.ActivationServices.GetKeyedService<IGrainStorage>(name)
                ?? throw new BadProviderConfigException($"No storage provider named \"{name}\" found loading grain type {activation.Class.Type}.")
            : activation.ActivationServices.GetService<IGrainStorage>()
                ?? throw new BadProviderConfigException($"No default storage provider found loading grain type {activation.Class.Type}.");
        activation.ObservableLifecycle.Subscribe(_name, GrainLifecycleStage.SetupState, _ => ReadStateAsync());
    }

    public T State
    {
        get => _record.State;
        set => _record.State = value;
    }

    public string? Etag => _record.ETag;

    public bool RecordExists => _record.RecordExists;

    public Task ReadStateAsync() => Then(nameof(ReadStateAsync), () => _storage.ReadStateAsync(_name, _grainId, _record));

    public Task WriteStateAsync() => Then(nameof(WriteStateAsync), () => _storage.WriteStateAsync(_name, _grainId, _record));

    // What state is left after clearing is the storage's to say.
    public Task ClearStateAsync() => Then(nameof(ClearStateAsync), () => _storage.ClearStateAsync(_name, _grainId, _record));

    private Task Then(string operation, Func<Task> run)
    {
        return _last = After(_last);

        async Task After(Task previous)
        {
            await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            try
            {
                await run();
            }
            catch (Exception exception) when (exception is not OrleansException)
            {
                throw new OrleansException($"Error from storage provider {_storage.GetType().Name}.{_name} during {operation} for grain {_grainId}: {exception.Message}", exception);
            }
        }
    }
}
