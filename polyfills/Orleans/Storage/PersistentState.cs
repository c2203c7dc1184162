using System.Runtime.CompilerServices;
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
    private readonly GrainState<T> _record = new(NewState());
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

    public Task ReadStateAsync() => Then(async () =>
    {
        await _storage.ReadStateAsync(_name, _grainId, _record);
        _record.State ??= NewState();
    });

    public Task WriteStateAsync() => Then(() => _storage.WriteStateAsync(_name, _grainId, _record));

    public Task ClearStateAsync() => Then(async () =>
    {
        await _storage.ClearStateAsync(_name, _grainId, _record);
        _record.State = NewState();
        _record.RecordExists = false;
    });

    private static T NewState() =>
        typeof(T).IsValueType ? default!
        : typeof(T) == typeof(string) || typeof(T).IsArray || typeof(T).IsAbstract ? default!
        : typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>()
        : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));

    private Task Then(Func<Task> operation)
    {
        return _last = After(_last);

        async Task After(Task previous)
        {
            await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await operation();
        }
    }
}
