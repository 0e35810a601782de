using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Signing;

/// <summary>The key by which this user signs what is published; never named on a command line, where other programs could read it.</summary>
internal static class SigningKey
{
    /// <summary>The variable that holds the key itself.</summary>
    public const string Variable = "MERGEOPS_SIGNING_KEY";

    /// <summary>The variable that names its file.</summary>
    public const string FileVariable = "MERGEOPS_SIGNING_KEY_FILE";

    /// <summary>The variable that is set; null where none is.</summary>
    public static string? VariableOf(HostEnvironment environment) => new[] { Variable, FileVariable }.FirstOrDefault(name => environment[name] is not null);

    /// <summary>The key; null for a user without one, whose versions are not signed.</summary>
    /// <exception cref="MergeOpsException">There are two, or it cannot be read or cannot sign.</exception>
    public static EllipticKey? Of(HostEnvironment environment) =>
        environment[Variable] is not null && environment[FileVariable] is not null
            ? throw new MergeOpsException(Codes.SigningKeyUnusable, $"${Variable} holds a key, and ${FileVariable} names one. It is unclear which of them is meant: keep one.")
        : environment[Variable] is { } pem ? EllipticKey.Private(pem, $"${Variable}")
        : environment[FileVariable] is { } path ? EllipticKey.Private(EllipticKey.TextOf(path, $"${FileVariable}"), path)
        : null;
}
