using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Options that stand on the command line only when they are set.</summary>
internal static class ArgumentExtensions
{
    public static ProcessArgumentBuilder AppendOption(this ProcessArgumentBuilder arguments, string option, string? value) =>
        value is null ? arguments : arguments.AppendSwitchQuoted(option, value);

    public static ProcessArgumentBuilder AppendFlag(this ProcessArgumentBuilder arguments, string option, bool isSet) =>
        isSet ? arguments.Append(option) : arguments;
}
