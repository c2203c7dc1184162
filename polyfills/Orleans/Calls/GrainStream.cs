using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>What a caller of a streaming method gets: nothing happens until it is enumerated.</summary>
internal sealed class GrainStream<T>(GrainReference target, StreamMethod<T> method, object?[] arguments) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var copies = method.CopyArguments((object?[])arguments.Clone());
        var given = method.CancellationIndex >= 0 ? (CancellationToken)arguments[method.CancellationIndex]! : default;
        return new Enumerator(target, method, new GrainEnumeration<T>(method, copies), CancellationTokenSource.CreateLinkedTokenSource(given, cancellationToken));
    }

    /// <summary>Takes what the grain has ready in one call, and gives it out one by one.</summary>
    private sealed class Enumerator(GrainReference target, StreamMethod<T> method, GrainEnumeration<T> remote, CancellationTokenSource cancellation) : IAsyncEnumerator<T>
    {
        private List<T> _batch = [];
        private int _position;
        private bool _ended;

        public T Current => _batch[_position - 1];

        public async ValueTask<bool> MoveNextAsync()
        {
            cancellation.Token.ThrowIfCancellationRequested();
            if (_position == _batch.Count)
            {
                if (_ended)
                    return false;
                _batch = await method.Fetch.Send(target, [remote, cancellation.Token]);
                _position = 0;
                _ended = _batch.Count == 0;
            }
            if (_ended)
                return false;
            _position++;
            return true;
        }

        public async ValueTask DisposeAsync()
        {
            if (remote.IsOpen)
                await method.Close.Send(target, [remote, CancellationToken.None]);
            cancellation.Dispose();
        }
    }
}
