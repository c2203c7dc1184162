namespace StackExchange.Redis.Connection;

/// <summary>Changes the database of a connection.</summary>
internal sealed class SelectCommand(int database) : RedisCommand<bool>("SELECT", [database], database, _ => true);

/// <summary>
/// Which database a connection is in, and what must happen before a command for another. The first SELECT of each is answered before
/// anything follows it: a command must never run in the database that a refused SELECT left in place.
/// </summary>
internal sealed class DatabaseSwitch
{
    private readonly HashSet<int> _known = [0];
    private SelectCommand? _select;
    private int _current;

    public enum Step
    {
        Go,
        Select,
        Wait,
        Refuse,
    }

    public Step Before(RedisCommand command, out SelectCommand? select)
    {
        select = null;
        if (command.Database == RedisCommand.AnyDatabase || command.Database == _current)
        {
            return Step.Go;
        }

        if (_select?.Database != command.Database)
        {
            select = _select = new SelectCommand(command.Database) { QueuedAt = command.QueuedAt, Timeout = command.Timeout };
            if (_known.Contains(command.Database))
            {
                _current = command.Database;
                _select = null;
            }

            return Step.Select;
        }

        if (!_select.IsDone)
        {
            return Step.Wait;
        }

        if (!_select.Task.IsCompletedSuccessfully)
        {
            select = _select;
            return Step.Refuse;
        }

        _known.Add(command.Database);
        _current = command.Database;
        _select = null;
        return Step.Go;
    }
}
