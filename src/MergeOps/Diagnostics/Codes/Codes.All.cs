using System.Collections.Frozen;
using System.Reflection;

namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    private static readonly Lazy<FrozenDictionary<string, DiagnosticCode>> Declared = new(() =>
        typeof(Codes).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => property.GetValue(null)).OfType<DiagnosticCode>()
            .ToFrozenDictionary(code => code.Id, StringComparer.Ordinal));

    /// <summary>Every code by its number.</summary>
    internal static FrozenDictionary<string, DiagnosticCode> ById => Declared.Value;
}
