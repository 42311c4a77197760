# # Controls that are left out in a scope
# **Reading:** COVERAGE R5: what the statement of applicability excludes is not implemented.
PREFIX cov: <https://w3id.org/normgraph/benchmark/coverage#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ng: <https://w3id.org/normgraph/ns#>
INSERT { ?control cov:excludedIn ?scope }
WHERE {
  ?question cov:asOf ?day ; cov:organisation ?organisation .
  ?exclusion ng:status ng:Excluded ; ng:implementsControl ?control .
  { ?exclusion ng:hasScope ?scope }
  UNION
  { ?exclusion ng:hasScope ?organisation . { SELECT DISTINCT ?scope WHERE { ?pair cov:scope ?scope } } }
  OPTIONAL { ?exclusion ng:validFrom ?from }
  OPTIONAL { ?exclusion ng:validUntil ?until }
  FILTER((!BOUND(?from) || ?from <= ?day) && (!BOUND(?until) || ?day < ?until))
}
