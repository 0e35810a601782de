using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Runtime;

namespace MergeOps.Cli.CommandLine;

/// <summary>Arguments and options of the kinds that several verbs take; each names its valid values when it refuses one.</summary>
internal static class Inputs
{
    /// <summary>One recipe.</summary>
    public static Argument<string> Recipe() => new("RECIPE") { Description = "The recipe's file" };

    /// <summary>Several recipes.</summary>
    /// <param name="arity">How many; one or more when not given.</param>
    public static Argument<string[]> Recipes(ArgumentArity? arity = null) => new("RECIPE")
    {
        Description = "Recipes, or patterns such as 'recipes/**/*.yml'",
        Arity = arity ?? ArgumentArity.OneOrMore,
    };

    /// <summary>Where arithmetic happens.</summary>
    public static Option<string?> Device() => new("--device")
    {
        HelpName = "DEVICE",
        Description = $"Device: {MergeDevice.Names} (default auto)",
        CustomParser = result => MergeDevice.IsName(result.Tokens[0].Value)
            ? result.Tokens[0].Value
            : Refuse<string>(result, "--device", $"takes {MergeDevice.Names}."),
    };

    /// <summary>An option that takes one of a few names.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="description">One line; the names are added.</param>
    /// <param name="names">The names; the first one is the default.</param>
    public static Option<string> Choice(string option, string description, params string[] names)
    {
        var choice = OneOf(option, $"{description}: {string.Join(", ", names)}", names);
        choice.DefaultValueFactory = _ => names[0];
        return choice;
    }

    /// <summary>An option that takes one of names that are too many for one line.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="description">One line, with one of the names as an example.</param>
    /// <param name="names">The names.</param>
    public static Option<string> OneOf(string option, string description, params string[] names)
    {
        var choice = new Option<string>(option)
        {
            HelpName = option[2..].ToUpperInvariant(),
            Description = description,
            CustomParser = result => names.Contains(result.Tokens[0].Value, StringComparer.Ordinal)
                ? result.Tokens[0].Value
                : Refuse<string>(result, option, $"takes one of {string.Join(", ", names)}.{NearestName.Suggestion(result.Tokens[0].Value, names)}"),
        };
        choice.CompletionSources.Add(names);
        return choice;
    }

    /// <summary>An option that takes a whole number.</summary>
    public static Option<int?> Count(string option, string description, int min, int max) => new(option)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
            int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                ? number
                : Refuse<int?>(result, option, $"must be a whole number from {min} to {max}."),
    };

    /// <summary>An option that takes a number of bytes.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="description">One line.</param>
    /// <param name="least">The smallest number that makes sense.</param>
    public static Option<long?> Bytes(string option, string description, long least = 1) => new(option)
    {
        HelpName = "BYTES",
        Description = description,
        CustomParser = result =>
            !ByteText.TryParse(result.Tokens[0].Value, out var bytes) || bytes <= 0 ? Refuse<long?>(result, option, "must be a number of bytes, such as 500000000, 500MB or 2GiB.")
            : bytes < least ? Refuse<long?>(result, option, $"takes at least {ByteText.Of(least)}.")
            : bytes,
    };

    /// <summary>An option that takes a path or another plain text.</summary>
    public static Option<string?> Text(string option, string helpName, string description) => new(option)
    {
        HelpName = helpName,
        Description = description,
    };

    /// <summary>An option that takes several paths, one after the other.</summary>
    public static Option<string[]> Texts(string option, string helpName, string description) => new(option)
    {
        HelpName = helpName,
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Says why a value is refused.</summary>
    public static T? Refuse<T>(ArgumentResult result, string option, string rule)
    {
        result.AddError($"Invalid value '{result.Tokens[0].Value}': {option} {rule}");
        return default;
    }

    /// <summary>An option that takes a share, such as <c>2%</c> or <c>0.02</c>.</summary>
    public static Option<double?> Share(string name, string description) => new(name)
    {
        HelpName = "SHARE",
        Description = description,
        CustomParser = result => ReadShare(result.Tokens[0].Value) ?? Refuse<double?>(result, name, "takes a share above 0 and up to 1, such as 2% or 0.02."),
    };

    private static double? ReadShare(string text)
    {
        var isPercent = text.EndsWith('%');
        return double.TryParse(isPercent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && (isPercent ? value / 100 : value) is > 0 and <= 1 and var share ? share : null;
    }
}
