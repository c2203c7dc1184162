namespace Orleans.Runtime;

public interface ISiloLifecycle : ILifecycleObservable
{
    int HighestCompletedStage { get; }

    int LowestStoppedStage { get; }
}

public interface IStartupTask
{
    Task Execute(CancellationToken cancellationToken);
}
