using Orleans.Activations;
using Orleans.Runtime;

namespace Orleans.Calls;

internal interface IGrainEnumeration
{
    ValueTask AbortAsync();
}

/// <summary>One running enumeration on the grain's side. Everything here runs in turns of the one activation that opened it.</summary>
internal sealed class GrainEnumeration<T>(StreamMethod<T> method, object?[] arguments) : IGrainEnumeration
{
    private const int MaxBatch = 100;

    private readonly CancellationTokenSource _cancellation = new();
    private Activation? _owner;
    private IAsyncEnumerator<T>? _items;
    private Task<bool>? _pending;

    public bool IsOpen { get; private set; }

    /// <summary>At least one item, and those that follow without waiting; none at the end.</summary>
    public async ValueTask<List<T>> NextAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cancellation);
        Open();
        var batch = new List<T>();
        while (batch.Count < MaxBatch)
        {
            _pending ??= _items!.MoveNextAsync().AsTask();
            if (batch.Count > 0 && !_pending.IsCompletedSuccessfully)
                break;
            var more = await _pending;
            // Closed meanwhile: the iterator is being disposed.
            if (!IsOpen)
                break;
            _pending = null;
            if (!more)
            {
                _pending = Task.FromResult(false);
                break;
            }
            batch.Add(_items!.Current);
        }
        return batch;
    }

    public async ValueTask<Nothing> CloseAsync()
    {
        if (RuntimeContext.Current == _owner)
            await AbortAsync();
        return default;
    }

    public async ValueTask AbortAsync()
    {
        if (!IsOpen)
            return;
        IsOpen = false;
        _owner!.Enumerations.Remove(this);
        await _cancellation.CancelAsync();
        // An iterator cannot be disposed while it runs; what its last step says has no reader any more.
        if (_pending is not null)
            await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _items!.DisposeAsync();
    }

    private void Open()
    {
        var current = RuntimeContext.Current!;
        if (_owner is null)
        {
            if (method.CancellationIndex >= 0)
                arguments[method.CancellationIndex] = _cancellation.Token;
            _owner = current;
            _items = method.Open(current.GrainInstance!, arguments).GetAsyncEnumerator(_cancellation.Token);
            IsOpen = true;
            current.Enumerations.Add(this);
        }
        if (!IsOpen || _owner != current)
            throw new EnumerationAbortedException($"The grain '{_owner.GrainId}' was deactivated during the enumeration of {method.InterfaceName}.{method.Method.Name}.");
    }
}
