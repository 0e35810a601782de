using System.Collections;
using System.Diagnostics;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// What surrounds a run: variables, the user's folders and the time. It is made once at the edge and passed on; nothing else
/// in this library asks the process for them. Relative paths stay the operating system's: they start at the process's folder.
/// </summary>
internal sealed class HostEnvironment
{
    /// <summary>Tells names of variables apart as this system does.</summary>
    public static readonly StringComparer Names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>An environment of given parts; the secrets among its variables appear in no text from now on.</summary>
    /// <param name="variables">The variables by their names.</param>
    /// <param name="userFolder">The user's own folder, whether it is there or not.</param>
    /// <param name="temporaryFolder">A folder for files that may be dropped.</param>
    /// <param name="clock">The time.</param>
    public HostEnvironment(IEnumerable<KeyValuePair<string, string>> variables, string userFolder, string temporaryFolder, TimeProvider clock)
    {
        // Windows takes names that differ only in case from whoever starts a program
        var byName = new Dictionary<string, string>(Names);
        foreach (var (name, value) in variables)
        {
            byName[name] = value;
            SecretText.Learn(name, value);
        }

        Variables = byName;
        (UserFolder, TemporaryFolder, Clock) = (userFolder, temporaryFolder, clock);
        Home = new(Path.GetFullPath(this[MergeOpsHome.Variable] ?? Path.Combine(userFolder, ".cache", "mergeops")));
    }

    /// <summary>Every variable by its name; on Windows, case does not count.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>The user's own folder, whether it is there or not.</summary>
    public string UserFolder { get; }

    /// <summary>A folder for files that may be dropped.</summary>
    public string TemporaryFolder { get; }

    /// <summary>The time, and timers.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The time by this clock, in UTC.</summary>
    public DateTime Now => Clock.GetUtcNow().UtcDateTime;

    /// <summary>The user's folder of this program: <c>$MERGEOPS_HOME</c>, else <c>~/.cache/mergeops</c>.</summary>
    public MergeOpsHome Home { get; }

    /// <summary>A variable's value; null where it is not set, or empty, which counts as none in shells and workflows.</summary>
    public string? this[string name] => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Lets a program that is about to start see these variables and no others.</summary>
    public void GiveTo(ProcessStartInfo start)
    {
        start.Environment.Clear();
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }
    }

    /// <summary>The environment of this process: the one place that reads it.</summary>
    public static HostEnvironment OfThisProcess()
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables.Add(new((string)variable.Key, variable.Value as string ?? ""));
        }

        return new(
            variables,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
            Path.GetTempPath(),
            TimeProvider.System);
    }
}
