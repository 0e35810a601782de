using Mono.Cecil;

namespace StartUpProfile;

/// <summary>Reads names with type arguments in brackets, such as <c>System.Func`2[System.__Canon,int][]</c>.</summary>
internal sealed class TypeText(string text)
{
    private int at;

    /// <summary>The name until its type arguments, or its end.</summary>
    public string Word()
    {
        var start = at;
        while (at < text.Length && text[at] is not ('[' or ',' or ']'))
        {
            at++;
        }

        return text[start..at];
    }

    /// <summary>A type; null when it, or an argument, is unknown.</summary>
    /// <param name="find">The type of a name.</param>
    public TypeReference? Read(Func<string, TypeReference?> find)
    {
        var type = find(Word());
        var arguments = Arguments(find);
        if (type is null || arguments is null)
        {
            return null;
        }

        if (arguments.Count > 0)
        {
            var instance = new GenericInstanceType(type);
            arguments.ForEach(instance.GenericArguments.Add);
            type = instance;
        }

        for (; text.AsSpan(at).StartsWith("[]"); at += 2)
        {
            type = new ArrayType(type);
        }

        return type;
    }

    /// <summary>The type arguments that stand here, if any; null when one is unknown.</summary>
    public List<TypeReference>? Arguments(Func<string, TypeReference?> find)
    {
        List<TypeReference>? arguments = [];
        if (at + 1 < text.Length && text[at] == '[' && text[at + 1] != ']')
        {
            do
            {
                at++;
                if (Read(find) is { } argument)
                {
                    arguments?.Add(argument);
                }
                else
                {
                    arguments = null;
                }
            }
            while (at < text.Length && text[at] == ',');
            at++;
        }

        return arguments;
    }
}
