using MergeOps.Tensors;

namespace MergeOps.Tests;

/// <summary>What surrounds a test: this process's environment with other variables, which no other test sees.</summary>
internal static class TestEnvironment
{
    /// <summary>This process's environment.</summary>
    public static HostEnvironment OfThisProcess { get; } = HostEnvironment.OfThisProcess();

    /// <summary>This process's environment with a home of its own.</summary>
    public static HostEnvironment WithHome(string home) => OfThisProcess.With((MergeOpsHome.Variable, home));

    /// <summary>Variables and nothing else.</summary>
    public static HostEnvironment Of(params IEnumerable<(string Name, string Value)> variables) => new(
        variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)), "/home/nobody", Path.GetTempPath(), TimeProvider.System);

    /// <summary>The same environment with other variables; null removes one.</summary>
    public static HostEnvironment With(this HostEnvironment environment, params IEnumerable<(string Name, string? Value)> variables)
    {
        var all = new Dictionary<string, string>(environment.Variables, HostEnvironment.Names);
        foreach (var (name, value) in variables)
        {
            if (value is null)
            {
                all.Remove(name);
            }
            else
            {
                all[name] = value;
            }
        }

        return new HostEnvironment(all, environment.UserFolder, environment.TemporaryFolder, environment.Clock);
    }

    /// <summary>The same environment with another clock.</summary>
    public static HostEnvironment With(this HostEnvironment environment, TimeProvider clock) =>
        new(environment.Variables, environment.UserFolder, environment.TemporaryFolder, clock);
}
