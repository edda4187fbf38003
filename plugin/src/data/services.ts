// Source: IANA Service Name and Port Number registry; where people know a port by the product behind it
// (docker, kubelet, winbox), by that name. A choice of what scans ask for, not the registry.

/** Asked for over TCP and UDP, or of the same name in both. */
const ANY = table(`
  7 echo, 9 discard, 13 daytime, 19 chargen, 37 time, 49 tacacs, 53 dns, 88 kerberos, 111 rpcbind,
  135 msrpc, 137 netbios-ns, 138 netbios-dgm, 139 netbios-ssn, 389 ldap, 427 svrloc, 443 https,
  445 smb, 464 kpasswd, 500 isakmp, 514 syslog, 554 rtsp, 623 ipmi, 853 dns-over-tls, 1194 openvpn,
  1434 ms-sql-m, 1604 citrix, 1701 l2tp, 1812 radius, 1813 radius-acct, 1900 ssdp, 2049 nfs,
  2123 gtp-c, 2152 gtp-u, 3306 mysql, 3389 rdp, 3478 stun, 3702 ws-discovery, 4500 ipsec-nat-t,
  5060 sip, 5061 sips, 5349 stuns, 5353 mdns, 5632 pcanywhere, 5683 coap, 5684 coaps,
  6881 bittorrent, 11211 memcached, 20000 dnp3, 44818 ethernet-ip, 47808 bacnet, 51820 wireguard
`)

const TCP = table(`
  1 tcpmux, 11 systat, 15 netstat, 17 qotd, 20 ftp-data, 21 ftp, 22 ssh, 23 telnet, 25 smtp,
  42 wins, 43 whois, 70 gopher, 79 finger, 80 http, 81 http-alt, 82 http-alt, 83 http-alt,
  84 http-alt, 85 http-alt, 102 iso-tsap, 109 pop2, 110 pop3, 113 ident, 119 nntp, 143 imap,
  179 bgp, 264 checkpoint, 311 mac-server-admin, 411 direct-connect, 465 smtps, 502 modbus,
  512 rexec, 513 rlogin, 515 lpd, 523 db2-admin, 540 uucp, 543 klogin, 544 kshell, 548 afp,
  563 nntps, 587 submission, 593 rpc-over-http, 631 ipp, 636 ldaps, 873 rsync, 902 vmware-auth,
  989 ftps-data, 990 ftps, 992 telnets, 993 imaps, 995 pop3s, 1080 socks, 1099 rmi, 1158 oracle-em,
  1177 njrat, 1214 kazaa, 1433 ms-sql, 1494 citrix-ica, 1521 oracle, 1720 h323, 1723 pptp,
  1801 msmq, 1883 mqtt, 1911 niagara-fox, 1935 rtmp, 2000 cisco-sccp, 2022 ssh-alt, 2082 cpanel,
  2083 cpanel-tls, 2086 whm, 2087 whm-tls, 2095 webmail, 2096 webmail-tls, 2121 ftp-alt,
  2181 zookeeper, 2222 ssh-alt, 2323 telnet-alt, 2375 docker, 2376 docker-tls, 2377 docker-swarm,
  2379 etcd, 2380 etcd-peer, 2404 iec-104, 2455 codesys, 2480 orientdb, 2483 oracle-tls,
  2598 citrix-session, 2628 dict, 3000 http-dev, 3001 http-dev, 3050 firebird, 3100 loki,
  3128 squid, 3260 iscsi, 3268 ldap-gc, 3269 ldaps-gc, 3299 saprouter, 3310 clamav, 3333 mining,
  3388 rdp-alt, 3390 rdp-alt, 3632 distcc, 3689 daap, 3690 svn, 3780 nexpose, 4022 ssh-alt,
  4040 spark-ui, 4064 ice, 4369 epmd, 4433 https-alt, 4443 https-alt, 4444 metasploit, 4505 salt,
  4506 salt, 4567 tr-069, 4646 nomad, 4786 cisco-smi, 4840 opc-ua, 4848 glassfish, 4899 radmin,
  4911 niagara-fox-tls, 5000 upnp, 5001 synology, 5006 mitsubishi-plc, 5037 adb-server,
  5038 asterisk, 5044 beats, 5222 xmpp-client, 5269 xmpp-server, 5357 wsdapi, 5432 postgresql,
  5433 postgresql, 5500 vnc-reverse, 5554 sasser, 5555 adb, 5556 adb, 5560 isqlplus, 5601 kibana,
  5671 amqps, 5672 amqp, 5800 vnc-http, 5801 vnc-http, 5858 node-debug, 5900 vnc, 5901 vnc,
  5902 vnc, 5903 vnc, 5938 teamviewer, 5984 couchdb, 5985 winrm, 5986 winrm-tls, 6000 x11, 6001 x11,
  6346 gnutella, 6347 gnutella, 6379 redis, 6380 redis-tls, 6443 kube-api, 6660 irc, 6661 irc,
  6662 irc, 6663 irc, 6664 irc, 6665 irc, 6666 irc, 6667 irc, 6668 irc, 6669 irc, 6697 ircs,
  7000 cassandra, 7001 weblogic, 7002 weblogic-tls, 7070 realserver, 7077 spark, 7443 https-alt,
  7474 neo4j, 7547 tr-069, 7657 i2p, 7680 delivery-opt, 7687 neo4j-bolt, 8000 http-alt,
  8001 http-alt, 8002 http-alt, 8006 proxmox, 8008 http-alt, 8009 ajp, 8020 hdfs, 8069 odoo,
  8080 http-proxy, 8081 http-alt, 8082 http-alt, 8083 http-alt, 8086 influxdb, 8088 yarn,
  8089 splunk, 8090 http-alt, 8118 privoxy, 8123 home-assistant, 8140 puppet, 8161 activemq,
  8200 vault, 8291 winbox, 8333 bitcoin, 8400 commvault, 8443 https-alt, 8500 consul,
  8545 ethereum-rpc, 8554 rtsp-alt, 8728 mikrotik-api, 8729 mikrotik-api-tls, 8800 http-alt,
  8834 nessus, 8880 http-alt, 8883 mqtts, 8888 http-alt, 8983 solr, 9000 http-alt, 9001 tor,
  9002 http-alt, 9030 tor-dir, 9042 cassandra, 9043 websphere, 9050 tor-socks, 9060 websphere,
  9080 http-alt, 9090 prometheus, 9091 transmission, 9092 kafka, 9093 alertmanager, 9100 jetdirect,
  9160 cassandra, 9200 elasticsearch, 9300 elasticsearch, 9306 sphinx, 9418 git, 9443 https-alt,
  9600 omron-fins, 9943 https-alt, 9999 http-alt, 10000 webmin, 10050 zabbix-agent, 10051 zabbix,
  10134 bladabindi, 10250 kubelet, 10255 kubelet-ro, 10443 https-alt, 11434 ollama, 12345 netbus,
  15672 rabbitmq, 16010 hbase, 16992 amt, 16993 amt-tls, 18080 monero, 18081 monero-rpc,
  22222 ssh-alt, 25565 minecraft, 27017 mongodb, 27018 mongodb, 27374 sub-seven, 28017 mongodb-http,
  30303 ethereum, 31337 back-orifice, 32400 plex, 32764 router-backdoor, 37215 huawei-upnp,
  37777 dahua, 49152 upnp, 50000 db2, 50050 cobalt-strike, 50070 hdfs-ui, 52869 realtek-upnp,
  54321 bo2k, 55553 metasploit-rpc, 60001 jaws-dvr, 61616 activemq
`)

const UDP = table(`
  17 qotd, 67 dhcp, 68 dhcp, 69 tftp, 123 ntp, 161 snmp, 162 snmptrap, 177 xdmcp, 497 retrospect,
  520 rip, 521 ripng, 546 dhcpv6, 547 dhcpv6, 1645 radius, 1718 h323, 1719 h323, 3283 ard,
  3391 rd-gateway, 3544 teredo, 4789 vxlan, 5093 sentinel-lm, 5351 nat-pmp, 5355 llmnr, 6343 sflow,
  7000 afs, 8472 vxlan, 10001 ubnt-discovery, 17185 vxworks-debug, 19132 minecraft, 26000 quake,
  27015 source-engine, 27960 quake3, 32414 plex, 33434 traceroute, 37810 dahua, 41794 crestron,
  53413 netis
`)

/** What an SRE would call the port: `ssh`, `rdp`, `kube-api`; undefined where there is no usual name. */
export function serviceName(protocol: string, port: number): string | undefined {
  const name = protocol.toLowerCase()
  const own = name === 'tcp' ? TCP : name === 'udp' || name === 'udplite' ? UDP : undefined
  return own?.get(port) ?? (own && ANY.get(port))
}

function table(text: string): ReadonlyMap<number, string> {
  return new Map(
    text.split(',').map((pair) => {
      const [port, name] = pair.trim().split(' ')
      return [Number(port), name ?? '']
    }),
  )
}
