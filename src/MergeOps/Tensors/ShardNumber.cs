using System.Globalization;
using System.Text.RegularExpressions;

namespace MergeOps.Tensors;

/// <summary>A file's number in a series such as <c>model-00002-of-00003.safetensors</c>.</summary>
/// <param name="Name">The file.</param>
/// <param name="Series">What all files of the series share: the name with <c>*</c> for the number.</param>
/// <param name="Number">The file's number; a series begins with 1, of some writers with 0.</param>
/// <param name="Count">The number of files.</param>
internal sealed partial record ShardNumber(string Name, string Series, int Number, int Count)
{
    private const int LongestTime = 1000;

    /// <summary>The number in the name of a safetensors file; null when it has none, or is all of its series.</summary>
    public static ShardNumber? In(string name) => In(name, ModelFileNames.WeightsEnding);

    /// <summary>The number in the name of a file that PyTorch wrote; null when it has none, or is all of its series.</summary>
    public static ShardNumber? InPickled(string name) => In(name, ModelFileNames.PickledEnding);

    /// <summary>Whether each file holds a part of every tensor, cut for devices that work side by side.</summary>
    public static bool IsSliceForDevice(string name) => Slice().IsMatch(name);

    /// <summary>The name that this program gives to a file of a series.</summary>
    public static string NameOf(string stem, int number, int count) => $"{stem}-{number:D5}-of-{count:D5}.safetensors";

    /// <summary>The name of another file of a series.</summary>
    /// <param name="name">One file of it.</param>
    /// <param name="number">The number of the other one.</param>
    public static string NameOf(string name, int number)
    {
        var group = Numbered().Match(name).Groups["number"];
        return name[..group.Index] + number.ToString(CultureInfo.InvariantCulture).PadLeft(group.Length, '0') + name[(group.Index + group.Length)..];
    }

    private static ShardNumber? In(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal) && Numbered().Match(name) is { Success: true } match && Value(match, "count") is > 1 and var count
            ? new(name, $"{match.Groups["stem"].Value}*{match.Groups["of"].Value}{match.Groups["count"].Value}{match.Groups["end"].Value}", Value(match, "number"), count)
            : null;

    private static int Value(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    // writers differ in the width of both numbers, and put a variant before or after them
    [GeneratedRegex(@"\A(?<stem>.*?)(?<number>[0-9]{1,6})(?<of>[-_]of[-_])(?<count>[0-9]{1,6})(?<end>(\.[A-Za-z0-9_]+)?\.(safetensors|bin))\z", RegexOptions.None, LongestTime)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\A.*[0-9]+[-_](mp|tp)[0-9]+\.safetensors\z", RegexOptions.None, LongestTime)]
    private static partial Regex Slice();
}
